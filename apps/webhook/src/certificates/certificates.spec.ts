import { describe, expect, it } from '@jest/globals'
import { X509Certificate } from 'node:crypto'
import { connect, createServer } from 'node:tls'
import type { AddressInfo } from 'node:net'
import { certificateIn, isDue, renewed, secretDataOf } from './certificate-secret.ts'
import { issueCertificate } from './issue.ts'

const names = ['webhook.knative-serving.svc', 'webhook']
const now = new Date()
const DAY = 86_400_000
const secretOf = (data: Record<string, string>) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'webhook-certs' }, data })

/** A handshake with a server of that certificate, as an API server makes it; the error text, or ''. */
async function handshake(pair: { serverKey: string; serverCert: string }, ca: string, servername: string): Promise<string> {
  const server = createServer({ key: pair.serverKey, cert: pair.serverCert }, (socket) => socket.end())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    return await new Promise<string>((resolve) => {
      const socket = connect({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, ca, servername }, () => {
        resolve('')
        socket.destroy()
      })
      socket.on('error', (error) => resolve(error.message))
    })
  } finally {
    server.close()
  }
}

describe('certificates written by hand', () => {
  const issued = issueCertificate(names, now, 30 * DAY)
  const server = new X509Certificate(issued.serverCert)
  const authority = new X509Certificate(issued.caCert)

  it('are signed by their authority, for a server, under the given names', () => {
    expect(authority.ca).toBe(true)
    expect(server.ca).toBe(false)
    expect(server.checkIssued(authority)).toBe(true)
    expect(server.verify(authority.publicKey)).toBe(true)
    expect(authority.verify(authority.publicKey)).toBe(true)
    expect(server.subjectAltName).toBe('DNS:webhook.knative-serving.svc, DNS:webhook')
    expect(server.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1'])
    expect(Math.round((server.validToDate.getTime() - now.getTime()) / DAY)).toBe(30)
  })

  it('carry a connection that trusts the authority, under their names alone', async () => {
    expect(await handshake(issued, issued.caCert, 'webhook.knative-serving.svc')).toBe('')
    expect(await handshake(issued, issued.caCert, 'elsewhere.svc')).toContain('does not match')
    expect(await handshake(issued, issueCertificate(names, now, DAY).caCert, 'webhook')).not.toBe('')
  })

  it('end after 2049 too', () => {
    const late = issueCertificate(names, new Date('2049-12-20T00:00:00Z'), 30 * DAY)
    expect(new X509Certificate(late.serverCert).validToDate.toISOString()).toBe('2050-01-19T00:00:00.000Z')
  })
})

describe('the certificate in the Secret', () => {
  it('is due when absent, broken, for other names or near its end', () => {
    const shared = renewed(undefined, names, now)
    expect(certificateIn(secretOf(secretDataOf(shared)))).toEqual(shared)
    expect(certificateIn(secretOf({ ...secretDataOf(shared), 'server-cert.pem': Buffer.from('hello').toString('base64') }))).toBeUndefined()
    expect(certificateIn(secretOf({}))).toBeUndefined()
    expect(isDue(undefined, names, now)).toBe(true)
    expect(isDue(shared, names, now)).toBe(false)
    expect(isDue(shared, ['other'], now)).toBe(true)
    expect(isDue(shared, names, new Date(now.getTime() + 21 * DAY))).toBe(true)
  })

  it('trusts the authority before through a renewal, and no older one', async () => {
    const first = renewed(undefined, names, now)
    const second = renewed(first, names, now)
    const third = renewed(second, names, now)
    expect(await handshake(first, second.caCert, 'webhook')).toBe('')
    expect(await handshake(second, second.caCert, 'webhook')).toBe('')
    expect(await handshake(second, third.caCert, 'webhook')).toBe('')
    expect(await handshake(first, third.caCert, 'webhook')).not.toBe('')
  })
})
