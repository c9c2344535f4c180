/** HTTP/1.1 to HTTP/2 and back, through a server and a pool, against peers that are not ours. */
import { once } from 'node:events'
import {
  type ClientHttp2Session,
  connect,
  constants,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Stream
} from 'node:http2'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { startProxy, type TestProxy } from '../testing/proxy.ts'
import { RawClient } from '../testing/raw-client.ts'
import { RawUpstream } from '../testing/raw-upstream.ts'
import { settled, until } from '../testing/until.ts'

describe('HTTP/1.1 to HTTP/2', () => {
  let upstream: Http2Server
  let proxy: TestProxy
  let client: RawClient
  let seen: IncomingHttpHeaders
  let onStream: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void

  beforeEach(async () => {
    upstream = createServer()
    upstream.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
      seen = headers
      stream.on('error', () => {})
      onStream(stream, headers)
    })
    await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
    proxy = await startProxy(`127.0.0.1:${(upstream.address() as { port: number }).port}`, { forward: { protocol: 'h2c' } })
    client = await RawClient.to(proxy.port)
  })
  afterEach(async () => {
    client.socket.destroy()
    await proxy.close()
    await new Promise<void>((resolve) => upstream.close(() => resolve()))
  })

  const answer = (status: number, fields: Record<string, string> = {}, body?: string): void => {
    onStream = (stream) => {
      stream.respond({ ':status': status, ...fields }, { endStream: body === undefined })
      if (body !== undefined) stream.end(body)
    }
  }

  it('drops what belongs to the connection, lowers names, keeps the rest', async () => {
    answer(200, {}, 'ok')
    client.send(
      'GET /a?b=c HTTP/1.1\r\nHost: svc.ns\r\nX-One: 1\r\nCookie: a=1; b=2\r\nConnection: keep-alive, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: 5\r\nTE: trailers, deflate\r\n\r\n'
    )
    await client.sees('0\r\n\r\n')
    expect(seen).toEqual(
      expect.objectContaining({
        ':method': 'GET',
        ':path': '/a?b=c',
        ':authority': 'svc.ns',
        ':scheme': 'http',
        'x-one': '1',
        cookie: 'a=1; b=2',
        te: 'trailers'
      })
    )
    for (const gone of ['host', 'connection', 'keep-alive', 'x-hop']) expect(seen).not.toHaveProperty(gone)
  })

  it('frames a body of unknown length in chunks, and passes trailers', async () => {
    onStream = (stream) => {
      stream.respond({ ':status': 200 }, { waitForTrailers: true })
      stream.on('wantTrailers', () => stream.sendTrailers({ 'x-t': 'end' }))
      stream.pipe(stream)
    }
    client.send('POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Up: 1\r\n\r\n')
    expect(await client.sees('x-t: end\r\n\r\n')).toMatch(/Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nx-t: end\r\n\r\n$/)
  })

  it.each([
    ['GET', 200, 'x', /^HTTP\/1\.1 200 OK\r\n(?:.*\r\n)*\r\n1\r\nx\r\n0\r\n\r\n$/],
    ['GET', 204, undefined, /^HTTP\/1\.1 204 No Content\r\n(?:.+\r\n)*\r\n$/],
    ['GET', 304, undefined, /^HTTP\/1\.1 304 Not Modified\r\n(?:.+\r\n)*\r\n$/],
    ['HEAD', 200, undefined, /^HTTP\/1\.1 200 OK\r\n(?:.+\r\n)*\r\n$/]
  ])('%s answered with %i keeps the connection', async (method, status, body, expected) => {
    answer(status, { date: 'now' }, body)
    client.send(`${method} / HTTP/1.1\r\nHost: h\r\n\r\n`)
    await client.sees((text) => expected.test(text))
    client.received = ''
    client.send(`${method} / HTTP/1.1\r\nHost: h\r\n\r\n`)
    expect(await client.sees((text) => expected.test(text))).toMatch(expected)
    expect(proxy.server.counts.connections).toBe(1)
  })

  it('passes interim responses, and asks for the body with Expect when the upstream does', async () => {
    onStream = (stream) => {
      stream.additionalHeaders({ ':status': 103, link: '</x>' })
      stream.additionalHeaders({ ':status': 100 })
      stream.respond({ ':status': 200 })
      stream.pipe(stream)
    }
    client.send('POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n')
    await client.sees('HTTP/1.1 100 Continue\r\n\r\n')
    expect(client.received).toMatch(/^HTTP\/1\.1 103 Early Hints\r\nlink: <\/x>\r\n\r\nHTTP\/1\.1 100 Continue\r\n\r\n/)
    client.send('hi')
    await client.sees('2\r\nhi\r\n0\r\n\r\n')
  })

  it('closes the connection when the upstream resets in the middle of a body', async () => {
    onStream = (stream) => {
      stream.respond({ ':status': 200 }, { waitForTrailers: true })
      stream.write('part')
      setImmediate(() => stream.close(constants.NGHTTP2_INTERNAL_ERROR))
    }
    client.send('GET / HTTP/1.1\r\nHost: h\r\n\r\n')
    expect(await client.end()).not.toContain('0\r\n\r\n')
    expect(await proxy.outcome(0)).toMatchObject({ kind: 'upstream-failed', phase: 'mid-body', error: { code: 'stream-reset' } })
  })

  it('answers 502 in the words of Go when the upstream resets before its head', async () => {
    onStream = (stream) => stream.close(constants.NGHTTP2_INTERNAL_ERROR)
    client.send('GET / HTTP/1.1\r\nHost: h\r\n\r\n')
    expect(await client.sees('peer\n')).toMatch(/^HTTP\/1\.1 502 [^]*stream error: stream ID 1; INTERNAL_ERROR; received from peer\n$/)
  })

  it('is sent again when the upstream refused the stream', async () => {
    let times = 0
    onStream = (stream) => {
      if (++times === 1) stream.close(constants.NGHTTP2_REFUSED_STREAM)
      else stream.respond({ ':status': 204 }, { endStream: true })
    }
    client.send('GET / HTTP/1.1\r\nHost: h\r\n\r\n')
    expect(await client.sees('\r\n\r\n')).toMatch(/^HTTP\/1\.1 204/)
    expect([times, (await proxy.outcome(0)).kind]).toEqual([2, 'completed'])
  })

  it('stops the upstream while its client does not read', async () => {
    let written = 0
    onStream = (stream) => {
      stream.respond({ ':status': 200 })
      const more = (): void => {
        while (written < 64 * 1024 * 1024 && !stream.destroyed) {
          written += 65_536
          if (!stream.write(Buffer.alloc(65_536))) {
            stream.once('drain', more)
            return
          }
        }
        stream.end()
      }
      more()
    }
    client.socket.pause()
    client.send('GET / HTTP/1.1\r\nHost: h\r\n\r\n')
    await until(() => written > 0, 'the body to begin')
    expect(await settled(() => written)).toBeLessThan(24 * 1024 * 1024)
    let got = 0
    client.socket.removeAllListeners('data')
    client.socket.on('data', (text: string) => (got += text.length))
    client.socket.resume()
    await until(() => got > 64 * 1024 * 1024, 'the whole body', 20_000)
  })

  it('aborts the stream when its client goes', async () => {
    let code: number | undefined
    onStream = (stream) => {
      stream.respond({ ':status': 200 })
      stream.write('x')
      stream.on('close', () => (code = stream.rstCode))
    }
    client.send('GET / HTTP/1.1\r\nHost: h\r\n\r\n')
    await client.sees('1\r\nx')
    client.socket.destroy()
    await until(() => code !== undefined, 'the stream to be cancelled')
    expect(code).toBe(constants.NGHTTP2_CANCEL)
  })
})

describe('HTTP/2 to HTTP/1.1', () => {
  let upstream: RawUpstream
  let proxy: TestProxy
  let session: ClientHttp2Session

  beforeEach(async () => {
    upstream = await RawUpstream.start()
    proxy = await startProxy(upstream.address)
    session = connect(`http://127.0.0.1:${proxy.port}`)
    session.on('error', () => {})
  })
  afterEach(async () => {
    session.destroy()
    await proxy.close()
    await upstream.close()
  })

  it('writes a request that any server reads in one way', async () => {
    const stream = session.request({ ':path': '/p', ':authority': 'svc.ns', cookie: ['a=1', 'b=2'], te: 'trailers', 'x-a': '1' })
    const peer = await upstream.peer(0)
    await peer.sees('\r\n\r\n')
    expect(peer.received).toBe('GET /p HTTP/1.1\r\nx-a: 1\r\ncookie: a=1; b=2\r\nHost: svc.ns\r\nTE: trailers\r\n\r\n')
    const response = once(stream, 'response')
    peer.send('HTTP/1.1 404 Not Found\r\nX-B: 2\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\nContent-Length: 4\r\n\r\ngone')
    const [fields] = (await response) as [IncomingHttpHeaders]
    expect(fields).toMatchObject({ ':status': 404, 'x-b': '2', 'content-length': '4' })
    for (const gone of ['connection', 'x-hop', 'transfer-encoding']) expect(fields).not.toHaveProperty(gone)
    let text = ''
    for await (const chunk of stream) text += String(chunk)
    expect(text).toBe('gone')
  })

  it('passes a body with a length as it is', async () => {
    const stream = session.request({ ':method': 'PUT', ':path': '/', 'content-length': '3' })
    stream.end('abc')
    const peer = await upstream.peer(0)
    await peer.sees('abc')
    expect(peer.received).toMatch(/content-length: 3\r\n[^]*\r\n\r\nabc$/)
    peer.send('HTTP/1.1 204 No Content\r\n\r\n')
    await once(stream, 'response')
  })

  it('passes trailers of a chunked answer, and interim responses', async () => {
    const stream = session.request({ ':path': '/' })
    const interim: unknown[] = []
    stream.on('headers', (fields: IncomingHttpHeaders) => interim.push(fields[':status']))
    const trailers = once(stream, 'trailers')
    const peer = await upstream.peer(0)
    await peer.sees('\r\n\r\n')
    peer.send(
      'HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-T: 1\r\n\r\n'
    )
    stream.resume()
    expect([((await trailers)[0] as IncomingHttpHeaders)['x-t'], interim]).toEqual(['1', [103]])
  })

  it('resets the stream when the upstream breaks off', async () => {
    const stream = session.request({ ':path': '/' })
    stream.on('error', () => {})
    const peer = await upstream.peer(0)
    await peer.sees('\r\n\r\n')
    peer.send('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\npart')
    await once(stream, 'response')
    stream.resume()
    peer.socket.destroy()
    await until(() => stream.closed, 'the stream to be reset')
    expect(stream.rstCode).toBe(constants.NGHTTP2_INTERNAL_ERROR)
  })

  it('stops a client whose upstream does not read', async () => {
    const stream = session.request({ ':method': 'POST', ':path': '/' })
    stream.on('error', () => {})
    const peer = await upstream.peer(0)
    await peer.sees('\r\n\r\n')
    peer.socket.pause()
    let accepted = 0
    const write = (): void => {
      stream.write(Buffer.alloc(65_536), () => {
        accepted += 65_536
        if (accepted < 64 * 1024 * 1024) write()
      })
    }
    write()
    await until(() => accepted > 0, 'the body to begin')
    expect(await settled(() => accepted)).toBeLessThan(24 * 1024 * 1024)
    stream.close(constants.NGHTTP2_CANCEL)
    expect(await proxy.outcome(0)).toEqual({ kind: 'client-gone' })
  })

  it('has streams answered while one of the same connection is held up', async () => {
    const stuck = session.request({ ':method': 'POST', ':path': '/stuck' })
    stuck.on('error', () => {})
    const first = await upstream.peer(0)
    await first.sees('\r\n\r\n')
    first.socket.pause()
    stuck.write(Buffer.alloc(8 * 1024 * 1024))
    const other = session.request({ ':method': 'POST', ':path': '/other' })
    other.end(Buffer.alloc(200_000))
    const second = await upstream.peer(1)
    await second.sees('0\r\n\r\n')
    second.send('HTTP/1.1 204 No Content\r\n\r\n')
    expect((await once(other, 'response'))[0]).toMatchObject({ ':status': 204 })
    stuck.close(constants.NGHTTP2_CANCEL)
  })
})
