import { once } from 'node:events'
import {
  type ClientHttp2Session,
  connect,
  constants,
  createServer as createHttp2Server,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Stream
} from 'node:http2'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { startProxy, type TestProxy } from './testing/proxy.ts'
import { RawClient } from './testing/raw-client.ts'
import { RawUpstream } from './testing/raw-upstream.ts'
import { until } from './testing/until.ts'

interface Reply {
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly trailers: IncomingHttpHeaders
  readonly rst: number
}

/** One request on a session, with all that comes back. */
function call(session: ClientHttp2Session, headers: Record<string, string>, body?: string): Promise<Reply> {
  return new Promise((resolve) => {
    const stream = session.request(headers, { endStream: body === undefined })
    let seen: IncomingHttpHeaders = {}
    let trailers: IncomingHttpHeaders = {}
    let text = ''
    stream.setEncoding('utf8')
    stream.on('response', (fields) => (seen = fields))
    stream.on('trailers', (fields) => (trailers = fields))
    stream.on('data', (chunk: string) => (text += chunk))
    stream.on('error', () => {})
    stream.on('close', () => resolve({ headers: seen, body: text, trailers, rst: stream.rstCode ?? 0 }))
    if (body !== undefined) stream.end(body)
  })
}

describe('HTTP/2 on the same port', () => {
  let backend: Http2Server
  let proxy: TestProxy
  let session: ClientHttp2Session
  let onStream: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void

  beforeEach(async () => {
    backend = createHttp2Server()
    backend.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
      stream.on('error', () => {})
      onStream(stream, headers)
    })
    await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve))
    proxy = await startProxy(`127.0.0.1:${(backend.address() as { port: number }).port}`, { forward: { protocol: 'h2c' } })
    session = connect(`http://127.0.0.1:${proxy.port}`)
    session.on('error', () => {})
  })
  afterEach(async () => {
    session.destroy()
    await proxy.close()
    await new Promise<void>((resolve) => backend.close(() => resolve()))
  })

  it('passes a gRPC-like call with trailers', async () => {
    let seen: IncomingHttpHeaders = {}
    onStream = (stream, headers) => {
      seen = headers
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
      stream.pipe(stream)
    }
    const reply = await call(
      session,
      { ':method': 'POST', ':path': '/svc/Do?x', ':authority': 'svc.ns', te: 'trailers', 'x-a': '1' },
      'message'
    )
    expect(seen).toMatchObject({ ':method': 'POST', ':path': '/svc/Do?x', ':authority': 'svc.ns', te: 'trailers', 'x-a': '1' })
    expect(reply).toMatchObject({
      headers: { ':status': 200, 'content-type': 'application/grpc' },
      body: 'message',
      trailers: { 'grpc-status': '0' },
      rst: 0
    })
  })

  it('passes a response of trailers only', async () => {
    onStream = (stream) => stream.respond({ ':status': 200, 'grpc-status': '12' }, { endStream: true })
    const stream = session.request({ ':method': 'POST', ':path': '/' })
    stream.end('x')
    const [fields, flags] = (await once(stream, 'response')) as [IncomingHttpHeaders, number]
    expect(fields['grpc-status']).toBe('12')
    // A gRPC client takes the status from a head that ends the stream, and from no other.
    expect(flags & constants.NGHTTP2_FLAG_END_STREAM).not.toBe(0)
    stream.resume()
    await once(stream, 'close')
  })

  it('passes trailers behind an empty body of announced length', async () => {
    onStream = (stream) => {
      stream.respond({ ':status': 200, 'content-length': '0' }, { waitForTrailers: true })
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '5' }))
      stream.end()
    }
    const reply = await call(session, { ':method': 'POST', ':path': '/' }, 'x')
    expect(reply).toMatchObject({ headers: { ':status': 200 }, body: '', trailers: { 'grpc-status': '5' }, rst: 0 })
  })

  it('streams both ways at once', async () => {
    onStream = (stream) => {
      stream.respond({ ':status': 200 })
      stream.pipe(stream)
    }
    const stream = session.request({ ':method': 'POST', ':path': '/' })
    let text = ''
    stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
    for (const piece of ['one', 'two', 'three']) {
      stream.write(piece)
      await until(() => text.endsWith(piece), piece)
    }
    stream.end()
    await until(() => stream.closed, 'the end')
    expect(text).toBe('onetwothree')
  })

  it('resets the stream when the upstream resets in the middle, and cancels upstream when the client does', async () => {
    let upstreamCode: number | undefined
    onStream = (stream, headers) => {
      // Waiting for trailers keeps node:http2 from marking the end of the stream before it resets it.
      stream.respond({ ':status': 200 }, { waitForTrailers: true })
      stream.write('part')
      if (headers[':path'] === '/reset') setTimeout(() => stream.close(constants.NGHTTP2_INTERNAL_ERROR), 20)
      stream.on('close', () => (upstreamCode = stream.rstCode))
    }
    expect(await call(session, { ':method': 'GET', ':path': '/reset' })).toMatchObject({
      body: 'part',
      rst: constants.NGHTTP2_INTERNAL_ERROR
    })
    upstreamCode = undefined
    const stream = session.request({ ':method': 'GET', ':path': '/wait' })
    stream.on('error', () => {})
    await new Promise((resolve) => stream.once('data', resolve))
    stream.close(constants.NGHTTP2_CANCEL)
    await until(() => upstreamCode !== undefined, 'the upstream to be cancelled')
    expect(await proxy.outcome(1)).toEqual({ kind: 'client-gone' })
  })

  it('carries many streams over one connection to the upstream', async () => {
    let sessions = 0
    backend.on('session', () => sessions++)
    onStream = (stream, headers) => {
      stream.respond({ ':status': 200 })
      stream.end(String(headers[':path']))
    }
    const paths = Array.from({ length: 60 }, (_, index) => `/${index}`)
    const replies = await Promise.all(paths.map((path) => call(session, { ':method': 'GET', ':path': path })))
    expect(replies.map(({ body }) => body)).toEqual(paths)
    expect(sessions).toBe(1)
  })

  it('answers 502 when nobody listens, 400 to an authority that could be read in two ways', async () => {
    expect((await call(session, { ':method': 'GET', ':path': '/', ':authority': 'a', host: 'b' })).headers[':status']).toBe(400)
    const other = await startProxy('127.0.0.1:1', { forward: { protocol: 'h2c' } })
    const there = connect(`http://127.0.0.1:${other.port}`)
    const reply = await call(there, { ':method': 'GET', ':path': '/' })
    expect([reply.headers[':status'], reply.body]).toEqual([502, 'dial tcp 127.0.0.1:1: connect: connection refused\n'])
    there.destroy()
    await other.close()
  })

  it('translates: an HTTP/2 client to an HTTP/1.1 upstream, and back the other way', async () => {
    const upstream = await RawUpstream.start()
    const down = await startProxy(upstream.address)
    const there = connect(`http://127.0.0.1:${down.port}`)
    const reply = call(there, { ':method': 'POST', ':path': '/a', ':authority': 'h', cookie: 'a=1' }, 'body')
    const peer = await upstream.peer(0)
    await peer.sees('0\r\n\r\n')
    expect(peer.received).toBe('POST /a HTTP/1.1\r\ncookie: a=1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n')
    peer.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: X-Hop\r\nX-Hop: 1\r\n\r\n2\r\nok\r\n0\r\nX-T: 1\r\n\r\n')
    expect(await reply).toMatchObject({ headers: { ':status': 200 }, body: 'ok', trailers: { 'x-t': '1' } })
    there.destroy()
    await down.close()
    await upstream.close()

    onStream = (stream, headers) => {
      stream.respond({ ':status': 200, 'x-authority': String(headers[':authority']) })
      stream.pipe(stream)
    }
    const one = await RawClient.to(proxy.port)
    one.send('POST / HTTP/1.1\r\nHost: svc.ns\r\nContent-Length: 2\r\n\r\nhi')
    expect(await one.sees('0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 OK\r\nx-authority: svc\.ns\r\n[^]*\r\n2\r\nhi\r\n0\r\n\r\n$/)
    one.socket.destroy()
  })
})
