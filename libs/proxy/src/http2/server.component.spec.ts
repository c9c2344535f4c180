/** A server that speaks HTTP/2: drain, close, TLS, and what it counts; with clients on node:http2. */
import { once } from 'node:events'
import { connect, type ClientHttp2Session, type ClientHttp2Stream, type IncomingHttpHeaders } from 'node:http2'
import { createConnection } from 'node:net'
import { afterEach, describe, expect, it } from '@jest/globals'
import { selfSigned } from '@knative-ts/testing/self-signed'
import { createServer } from '../server/create-server.ts'
import type { Exchange } from '../server/exchange.ts'
import { until } from '../testing/until.ts'
import type { Server, ServerOptions } from '../server/server.ts'
import { readAll } from '../body.ts'
import type { Http2Exchange } from './exchange.ts'

describe('a server over HTTP/2', () => {
  let server: Server
  let session: ClientHttp2Session | undefined
  const held: Exchange[] = []
  afterEach(async () => {
    session?.destroy()
    session = undefined
    held.length = 0
    await server.close()
  })

  const handler = async (exchange: Exchange): Promise<void> => {
    const { target, body } = exchange.request
    if (target === '/echo') exchange.respond(200, {}, await readAll(body, 1024 * 1024))
    else if (target === '/hold') {
      held.push(exchange)
      await until(() => exchange.response.ended || exchange.aborted !== undefined, 'an answer')
    } else exchange.respond(200, {}, exchange.request.secure ? 'secure' : 'plain')
  }
  const start = async (options: Partial<ServerOptions> = {}, scheme = 'http'): Promise<number> => {
    server = createServer({ handler, ...options })
    const { port } = await server.listen({ port: 0, host: '127.0.0.1' })
    session = connect(`${scheme}://127.0.0.1:${port}`, { rejectUnauthorized: false })
    session.on('error', () => {})
    return port
  }
  const ask = (path: string, body?: string): ClientHttp2Stream => {
    const stream = (session as ClientHttp2Session).request({ ':path': path, ':method': body === undefined ? 'GET' : 'POST' })
    stream.on('error', () => {})
    stream.setEncoding('utf8')
    stream.end(body)
    return stream
  }
  const textOf = async (stream: ClientHttp2Stream): Promise<string> => {
    let text = ''
    for await (const chunk of stream) text += String(chunk)
    return text
  }

  it('answers with what it got', async () => {
    await start()
    expect(await textOf(ask('/echo', 'hello'))).toBe('hello')
    expect(server.counts).toMatchObject({ connections: 1, active: 0, requests: 1 })
  })

  it('speaks it over TLS when the client asks for it by ALPN', async () => {
    await start({ tls: await selfSigned('localhost') }, 'https')
    expect(await textOf(ask('/'))).toBe('secure')
    expect((session as ClientHttp2Session).alpnProtocol).toBe('h2')
  })

  it('takes the preface in any pieces', async () => {
    const port = await start()
    const socket = createConnection(port, '127.0.0.1')
    const bytes = Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), Buffer.alloc(9)])
    bytes[27] = 4
    let got = 0
    socket.on('data', (piece: Buffer) => (got += piece.length))
    for (const byte of bytes) {
      socket.write(Buffer.from([byte]))
      await new Promise((resolve) => setImmediate(resolve))
    }
    await until(() => got >= 9, 'the settings of the server')
    socket.destroy()
  })

  it('drains: what is under way is answered, the client is told, and the connection closes', async () => {
    await start()
    const stream = ask('/hold')
    await until(() => held.length === 1, 'the request')
    const goneAway = once(session as ClientHttp2Session, 'goaway')
    const drained = server.drain({ deadlineMs: 60_000 })
    await goneAway
    const response = once(stream, 'response')
    held[0]?.respond(200, {}, 'late')
    expect(((await response)[0] as IncomingHttpHeaders)[':status']).toBe(200)
    expect(await textOf(stream)).toBe('late')
    expect(await drained).toEqual({ cut: 0 })
  })

  it('leaves: a session that is open is told to go, one that comes later is served', async () => {
    const port = await start()
    await textOf(ask('/'))
    const goneAway = once(session as ClientHttp2Session, 'goaway')
    server.leave()
    await goneAway
    session = connect(`http://127.0.0.1:${port}`)
    session.on('error', () => {})
    expect(await textOf(ask('/'))).not.toBe('')
    expect(await textOf(ask('/'))).not.toBe('')
    expect(await server.drain({ deadlineMs: 60_000 })).toEqual({ cut: 0 })
  })

  it('drains idle connections at once, and cuts what does not end', async () => {
    await start()
    await textOf(ask('/'))
    expect(await server.drain({ deadlineMs: 60_000 })).toEqual({ cut: 0 })
    await start()
    ask('/hold')
    await until(() => held.length === 1, 'the request')
    expect(await server.drain({ deadlineMs: 50 })).toEqual({ cut: 1 })
    await until(() => held[0]?.aborted !== undefined, 'the abort')
  })

  it('ends an exchange that expires, before and behind its head', async () => {
    await start({
      handler: (exchange) => {
        const server = exchange as unknown as Http2Exchange
        server.hold()
        if (exchange.request.target === '/late') {
          server.sendHead(200, '', exchange.request.headers.clone(), -1)
          server.sendChunk(Buffer.from('part '))
        }
        setImmediate(() => {
          exchange.expire(504, 'too slow')
          server.release()
        })
      }
    })
    const early = ask('/early')
    const [fields] = (await once(early, 'response')) as [IncomingHttpHeaders]
    expect([fields[':status'], await textOf(early), await textOf(ask('/late'))]).toEqual([504, 'too slow', 'part too slow'])
  })

  it('counts a client that goes as gone', async () => {
    await start()
    ask('/hold')
    await until(() => held.length === 1, 'the request')
    ;(session as ClientHttp2Session).destroy()
    await until(() => held[0]?.aborted === 'client-gone', 'the abort')
    await until(() => server.counts.connections === 0, 'the connection to close')
  })
})
