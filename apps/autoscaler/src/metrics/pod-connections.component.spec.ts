/** Statistics of pods over real connections, from servers that answer rightly, wrongly and not at all. */
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createRawServer, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from '@jest/globals'
import { stats } from '@knative-ts/wire'
import { RefusedError, type Ask } from './ask.ts'
import { createAskPods } from './pod-connections.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

const body = Buffer.from(stats.Stat.encode({ ...stats.Stat.create(), podName: 'hello', averageConcurrentRequests: 2.5 }).finish())

async function pod(answer: RequestListener): Promise<{ readonly address: string; readonly connections: () => number }> {
  let connections = 0
  const server = createServer(answer).listen(0, '127.0.0.1')
  server.on('connection', () => connections++)
  await once(server, 'listening')
  closers.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
  )
  return { address: `127.0.0.1:${(server.address() as { port: number }).port}`, connections: () => connections }
}

/** Sends these bytes for each request, with a turn between them. */
async function rawPod(...parts: readonly string[]): Promise<string> {
  const sockets = new Set<Socket>()
  const server = createRawServer((socket) => {
    sockets.add(socket)
    // It is the one who asks that ends the connection.
    socket.on('error', () => undefined)
    socket.on('data', () => void send(socket))
  }).listen(0, '127.0.0.1')
  const send = async (socket: Socket): Promise<void> => {
    for (const part of parts) {
      socket.write(part, 'latin1')
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  await once(server, 'listening')
  closers.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      })
  )
  return `127.0.0.1:${(server.address() as { port: number }).port}`
}

const outcome = (ask: Ask, address: string): Promise<unknown> =>
  ask(address).then(
    ({ podName }) => podName,
    (error: unknown) => error
  )

describe('pods', () => {
  it('are asked again and again over one connection each', async () => {
    const asked: (string | undefined)[] = []
    const { address, connections } = await pod((request, response) => {
      asked.push(`${request.method} ${request.url} ${request.headers.accept} ${request.headers.host}`)
      response.writeHead(200, { 'content-type': 'application/protobuf', 'content-length': body.length }).end(body)
    })
    const ask = createAskPods()
    for (let turn = 0; turn < 3; turn++) expect(await ask(address)).toMatchObject({ podName: 'hello', averageConcurrentRequests: 2.5 })
    expect(asked).toEqual(Array.from({ length: 3 }, () => `GET /metrics application/protobuf ${address}`))
    expect(connections()).toBe(1)
    expect(await Promise.all([ask(address), ask(address)])).toHaveLength(2)
  })

  it('may answer in chunks, and in pieces', async () => {
    const chunked = await pod((_request, response) => {
      response.write(body.subarray(0, 3))
      response.end(body.subarray(3))
    })
    expect(await outcome(createAskPods(), chunked.address)).toBe('hello')
    const text = body.toString('latin1')
    const pieces = await rawPod('HTTP/1.1 200 OK\r\nCont', `ent-Length: ${body.length}\r\n`, '\r\n', text.slice(0, 4), text.slice(4))
    const ask = createAskPods()
    expect([await outcome(ask, pieces), await outcome(ask, pieces)]).toEqual(['hello', 'hello'])
  })

  it('that close the connection after each answer are asked over new ones', async () => {
    const { address, connections } = await pod((_request, response) => {
      response.writeHead(200, { connection: 'close', 'content-length': body.length }).end(body)
    })
    const ask = createAskPods()
    expect([await outcome(ask, address), await outcome(ask, address)]).toEqual(['hello', 'hello'])
    expect(connections()).toBe(2)
  })

  it('that have broken an idle connection are asked over a new one', async () => {
    let answered = 0
    const { address } = await pod((request, response) => {
      // The second request on a connection breaks it.
      if (++answered === 2) request.socket.resetAndDestroy()
      else response.writeHead(200, { 'content-length': body.length }).end(body)
    })
    const ask = createAskPods()
    expect([await outcome(ask, address), await outcome(ask, address), answered]).toEqual(['hello', 'hello', 3])
  })

  it('that answer something else have said so', async () => {
    const { address } = await pod((_request, response) => void response.writeHead(503).end('busy'))
    const error = await outcome(createAskPods(), address)
    expect(error).toBeInstanceOf(RefusedError)
    expect(error).toMatchObject({ status: 503 })
  })

  it.each([
    ['no HTTP', ['SSH-2.0-x\r\n\r\n'], 'the answer is no HTTP/1'],
    ['no length', ['HTTP/1.1 200 OK\r\n\r\nx'], 'the answer does not say how long it is'],
    ['a bad chunk', ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'], 'the answer has a bad chunk'],
    ['no statistics', ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n\x0a\x7f'], 'the answer is no statistics'],
    ['no end of a head', ['HTTP/1.1 200 OK\r\n', 'x: '.padEnd(70_000, 'x')], 'the answer is too long']
  ])('that send %s fail', async (_what, parts, message) => {
    expect(await outcome(createAskPods(), await rawPod(...parts))).toMatchObject({ message })
  })

  it('that are not there, or say nothing, fail', async () => {
    expect(await outcome(createAskPods(), '127.0.0.1:1')).toMatchObject({ code: 'ECONNREFUSED' })
    expect(await outcome(createAskPods(), await rawPod())).toMatchObject({ message: 'no answer within 3000 ms' })
  })
})
