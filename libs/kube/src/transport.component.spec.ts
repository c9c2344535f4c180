/** Calls on real sockets that never come to an end, or to a bad one. */
import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from '@jest/globals'
import { Transport } from './transport.ts'

let server: Server | undefined
let transport: Transport | undefined

afterEach(() => {
  transport?.close()
  server?.close()
  server?.closeAllConnections()
})

async function serving(listener: RequestListener, callTimeoutMs?: number): Promise<Transport> {
  server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  transport = new Transport({ server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, namespace: 'default' }, callTimeoutMs)
  return transport
}

const get = { method: 'GET', path: '/x' }

it.each<[string, RequestListener]>([
  ['nothing', () => undefined],
  ['half of an answer', (_request, response) => void response.writeHead(200, { 'content-length': '10' }).write('12345')]
])('gives a call up after its time when the server sends %s', async (_what, listener) => {
  const calling = await serving(listener, 50)
  await expect(calling.call(get)).rejects.toThrow('no answer within 50 ms')
})

it('ends a call when its caller wants no answer any more', async () => {
  const calling = await serving(() => undefined)
  const over = new AbortController()
  const answer = calling.call({ ...get, signal: over.signal })
  over.abort(new Error('not needed any more'))
  await expect(answer).rejects.toThrow('not needed any more')
})

it('tells of an answer that breaks off', async () => {
  const calling = await serving((_request, response) => {
    response.writeHead(200, { 'content-length': '10' })
    response.write('12345', () => response.destroy())
  })
  await expect(calling.call({ ...get, method: 'POST', body: '{}' })).rejects.toThrow(/POST .*\/x.*aborted/)
})

it('gives whole answers, of one piece and of many', async () => {
  const calling = await serving((request, response) => {
    if (request.url === '/x') response.end('one')
    else response.write('a', () => response.write('b', () => response.end('c')))
  })
  expect((await calling.call(get)).body).toBe('one')
  expect((await calling.call({ ...get, path: '/many' })).body).toBe('abc')
})
