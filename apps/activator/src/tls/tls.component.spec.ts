/** An activator on both of its sides while `system-internal-tls` is on: fake queue-proxies that speak TLS, and a client of its own listener. */
import { request as secureRequest } from 'node:https'
import { connect as connectPlain } from 'node:net'
import { afterEach, describe, expect, it } from '@jest/globals'
import type { KubeObject } from '@knative-ts/api'
import { secrets, type Secret } from '@knative-ts/api/kubernetes'
import { createServer } from '@knative-ts/proxy'
import { configMap, eventually } from '@knative-ts/testing'
import { testAuthority } from '@knative-ts/testing/authority'
import type { Log } from '@knative-ts/telemetry/logger'
import { revisionHeaders, Rig } from '../testing/rig.ts'
import { SecureListener } from './secure-listener.ts'

const namespace = 'knative-serving'
const authority = testAuthority()
const ofPods = authority.issue(['kn-user-default', 'data-plane.knative.dev'])
const base64 = (text: string): string => Buffer.from(text).toString('base64')
const ofRoles = (by = authority): Secret => {
  const { cert, key } = by.issue(['kn-routing', 'data-plane.knative.dev'])
  const data = { 'tls.crt': base64(cert), 'tls.key': base64(key), 'ca.crt': base64(by.cert) }
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'routing-serving-certs', namespace }, type: 'kubernetes.io/tls', data }
}
const network = (value: string): KubeObject =>
  configMap({ metadata: { name: 'config-network', namespace }, data: { 'system-internal-tls': value } })

const cleanups: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

async function rigWith(...more: readonly KubeObject[]): Promise<Rig> {
  const rig = await Rig.start({}, { more })
  cleanups.push(() => rig.close())
  return rig
}

describe('a pod with a certificate', () => {
  it('is probed and asked over TLS, by its address as Host', async () => {
    const rig = await rigWith(ofRoles())
    const pod = await rig.silentPod('hello-1').open(undefined, ofPods)
    const answer = rig.ask({ headers: { ...revisionHeaders, Host: 'hello.default.localhost' } })
    rig.cluster.put(pod.object(false))
    expect(await answer).toMatchObject({ status: 200, body: 'hello-1' })
    expect(rig.throttler.pods).toEqual([`kn-user-default@${pod.ip}:8112`])
    expect(pod.probes).toHaveLength(1)
    expect(pod.seen[0]?.headers).toMatchObject({ host: `${pod.ip}:8112`, 'k-original-host': 'hello.default.localhost' })
  })

  it('stands beside one that has none yet', async () => {
    const rig = await rigWith(ofRoles())
    const old = await rig.pod('hello-1')
    const fresh = await rig.silentPod('hello-2').open(undefined, ofPods)
    rig.cluster.put(fresh.object())
    await eventually(() => rig.throttler.pods.length === 2)
    expect(rig.throttler.pods).toEqual([`${old.ip}:8012`, `kn-user-default@${fresh.ip}:8112`].sort())
    const bodies = new Set<string>()
    await eventually(async () => {
      bodies.add((await rig.ask()).body)
      return bodies.size === 2
    })
  })

  it.each([
    ['of another namespace', authority.issue(['kn-user-other']), 'certificate is valid for kn-user-other, not kn-user-default'],
    ['by another authority', testAuthority('another').issue(['kn-user-default']), 'certificate signed by unknown authority']
  ])('%s gets no request; the log says why once, and it is taken when it shows the right one', async (_what, wrong, words) => {
    const rig = await rigWith(ofRoles())
    const pod = await rig.silentPod('hello-1').open(undefined, wrong)
    const answer = rig.ask()
    rig.cluster.put(pod.object())
    const told = (): unknown[] => rig.log.lines.filter(({ message }) => message.startsWith('a pod gets no requests'))
    await eventually(() => told().length > 0)
    expect(told()).toMatchObject([{ level: 'warn', fields: { pod: `${pod.ip}:8112`, reason: expect.stringContaining(words) } }])
    expect(rig.throttler.waiting).toBe(1)
    pod.kill()
    const renewed = rig.silentPod('hello-2')
    rig.cluster.remove(pod.object())
    await renewed.open(undefined, ofPods)
    rig.cluster.put(renewed.object())
    expect(await answer).toMatchObject({ status: 200, body: 'hello-2' })
    expect(pod.seen).toEqual([])
    expect(told()).toHaveLength(1)
  })

  it('waits until it is known whom to trust', async () => {
    const rig = await rigWith()
    const pod = await rig.silentPod('hello-1').open(undefined, ofPods)
    rig.cluster.put(pod.object())
    const answer = rig.ask()
    await eventually(() => rig.throttler.waiting === 1)
    rig.cluster.put(ofRoles())
    expect(await answer).toMatchObject({ status: 200, body: 'hello-1' })
  })
})

describe('the listener for TLS', () => {
  const listeningPort = (rig: Rig): number =>
    rig.log.lines
      .filter(({ message }) => message === 'listening')
      .map(({ fields }) => fields as { readonly port: number; readonly tls?: boolean })
      .find(({ tls }) => tls)?.port ?? 0

  async function listening(rig: Rig): Promise<{ port: () => number; secure: SecureListener }> {
    const { handler } = rig.activator
    const secure = new SecureListener({
      port: 0,
      serverOf: (tls) => createServer({ handler, tls: { ...tls } }),
      log: rig.log as unknown as Log
    })
    rig.activator.certificate.follow((certificate) => secure.show(certificate))
    cleanups.push(() => secure.server?.close())
    const port = (): number => listeningPort(rig)
    await secure.opened
    return { port, secure }
  }

  const ask = (port: number, ca = authority.cert): Promise<string> =>
    new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port, servername: 'kn-routing', ca, headers: revisionHeaders, agent: false }
      secureRequest(options, (response) => {
        response.resume()
        response.on('end', () => resolve(`${response.statusCode}`))
      })
        .on('error', reject)
        .end()
    })

  it('opens when the key is on and the certificate there, shows a renewed one, and stays when the key goes off', async () => {
    const rig = await rigWith()
    await rig.pod('hello-1')
    const { port, secure } = await listening(rig)
    rig.cluster.put(ofRoles())
    await eventually(() => rig.activator.certificate.authorities !== '')
    expect(secure.server).toBeUndefined()
    rig.cluster.put(network('Enabled'))
    await eventually(() => port() > 0)
    expect(await ask(port())).toBe('200')
    const next = testAuthority('next')
    rig.cluster.put(ofRoles(next))
    await eventually(() => rig.log.lines.some(({ message }) => message === 'a new certificate is shown'))
    await expect(ask(port())).rejects.toThrow(/self-signed certificate|unable to/)
    expect(await ask(port(), next.cert)).toBe('200')
    rig.cluster.put(network('Disabled'))
    expect(await ask(port(), next.cert)).toBe('200')
  })

  it('goes on with what it has when the Secret is spoilt or gone', async () => {
    const rig = await rigWith(ofRoles(), network('Enabled'))
    await rig.pod('hello-1')
    const { port } = await listening(rig)
    const spoilt = ofRoles()
    rig.cluster.put({ ...spoilt, data: { ...spoilt.data, 'tls.key': base64('hello') } } as Secret)
    await eventually(() => rig.log.lines.some(({ message }) => message.startsWith('a certificate cannot be used')))
    expect(await ask(port())).toBe('200')
    await rig.cluster.client.delete(secrets, { namespace, name: 'routing-serving-certs' })
    expect(await ask(port())).toBe('200')
    expect(rig.activator.certificate.authorities).toBe(authority.cert)
  })

  it('has no word for who speaks no TLS', async () => {
    const rig = await rigWith(ofRoles(), network('Enabled'))
    const { port } = await listening(rig)
    const got = await new Promise<string>((resolve) => {
      let text = ''
      const socket = connectPlain(port(), '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n'))
      socket.on('data', (bytes) => (text += bytes.toString('latin1')))
      socket.on('error', () => resolve(text))
      socket.on('close', () => resolve(text))
    })
    expect(got).not.toContain('HTTP/')
  })
})
