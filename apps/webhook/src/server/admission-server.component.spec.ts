import { once } from 'node:events'
import { connect } from 'node:tls'
import { afterEach, expect, it } from '@jest/globals'
import { issueCertificate } from '../certificates/issue.ts'
import { AdmissionServer } from './admission-server.ts'

const { serverKey: key, serverCert: cert, caCert: ca } = issueCertificate(['localhost'], new Date(), 3_600_000)
const nothing = (): void => undefined
const log = { debug: nothing, info: nothing, warn: nothing, error: nothing }
const sockets: ReturnType<typeof connect>[] = []
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy()
})

it('ends at once though a client has opened a connection and never asked anything', async () => {
  const server = new AdmissionServer({ reviewers: {}, log, drainQuietMs: 0, drainAtMostMs: 0 })
  const port = await server.listen({ key, cert }, { host: '127.0.0.1', port: 0 })
  const socket = connect({ host: '127.0.0.1', port, ca, servername: 'localhost' })
  sockets.push(socket)
  await once(socket, 'secureConnect')
  const closed = once(socket.on('error', () => undefined).resume(), 'close')
  await server.drain()
  const began = performance.now()
  await server.stop()
  await closed
  // Node itself would wait for its first bytes for a minute.
  expect(performance.now() - began).toBeLessThan(20_000)
}, 120_000)
