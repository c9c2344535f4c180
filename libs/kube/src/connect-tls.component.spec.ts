import 'reflect-metadata'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { pods } from '@knative-ts/api/kubernetes'
import { fakeCluster, pod, startFakeApiServer, type FakeApiServer } from '@knative-ts/testing'
import * as x509 from '@peculiar/x509'
import { webcrypto } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import type { ClusterConfig } from './cluster-config.ts'
import { connect } from './connect.ts'

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const key = { namespace: 'default', name: 'hello-1' }

async function pemOfKey(keys: webcrypto.CryptoKeyPair): Promise<string> {
  return x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY')
}

async function authority() {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=test-ca',
    keys,
    signingAlgorithm: algorithm,
    extensions: [new x509.BasicConstraintsExtension(true)]
  })
  const issue = async (subject: string, extensions: x509.Extension[]) => {
    const own = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
    const certificate = await x509.X509CertificateGenerator.create({
      subject,
      issuer: ca.subject,
      publicKey: own.publicKey,
      signingKey: keys.privateKey,
      signingAlgorithm: algorithm,
      extensions
    })
    return { cert: certificate.toString('pem'), key: await pemOfKey(own) }
  }
  return { pem: ca.toString('pem'), issue }
}

let server: FakeApiServer
let config: ClusterConfig
let certificate: { cert: string; key: string }
const peers: unknown[] = []

beforeAll(async () => {
  x509.cryptoProvider.set(webcrypto as typeof globalThis.crypto)
  const ca = await authority()
  const own = await ca.issue('CN=kube-apiserver', [new x509.SubjectAlternativeNameExtension([{ type: 'ip', value: '127.0.0.1' }])])
  certificate = await ca.issue('CN=somebody', [])
  server = await startFakeApiServer({
    cluster: fakeCluster({ objects: [pod()] }),
    tls: { ...own, ca: ca.pem, requestCert: true, rejectUnauthorized: false },
    intercept: (request) => {
      peers.push((request.socket as TLSSocket).getPeerCertificate()?.subject?.CN)
      return false
    }
  })
  config = { server: server.url, ca: ca.pem, namespace: 'default' }
})

afterAll(() => server.kill())

describe('a client over TLS', () => {
  it('trusts the given authority, and shows its own certificate', async () => {
    const client = connect({ ...config, certificate })
    expect((await client.get(pods, key)).metadata.name).toBe('hello-1')
    expect(peers.at(-1)).toBe('somebody')
    client.close()
  })

  it('refuses a server that it cannot verify, unless told not to look', async () => {
    const { ca: _ca, ...unknown } = config
    const careful = connect(unknown)
    await expect(careful.get(pods, key)).rejects.toThrow(/GET .*hello-1 at 127\.0\.0\.1:\d+: unable to verify|self-signed/)
    const careless = connect({ ...unknown, insecure: true })
    expect((await careless.get(pods, key)).metadata.name).toBe('hello-1')
    careful.close()
    careless.close()
  })

  it('verifies the name that the configuration says', async () => {
    const client = connect({ ...config, serverName: 'elsewhere.example' })
    await expect(client.get(pods, key)).rejects.toThrow(/does not match certificate/)
    client.close()
  })
})
