/** What goes through a proxy, over sockets. Long, because it is the list of what forwarding promises, in the order of a request. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { RawClient } from '../testing/raw-client.ts'
import { RawUpstream } from '../testing/raw-upstream.ts'
import { startProxy, type TestProxy } from '../testing/proxy.ts'
import { settled, until } from '../testing/until.ts'

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

describe('forwarding over HTTP/1.1', () => {
  let upstream: RawUpstream
  let proxy: TestProxy
  const clients: RawClient[] = []
  const client = async (): Promise<RawClient> => {
    const one = await RawClient.to(proxy.port)
    clients.push(one)
    return one
  }

  beforeEach(async () => {
    upstream = await RawUpstream.start()
    proxy = await startProxy(upstream.address)
  })
  afterEach(async () => {
    for (const one of clients.splice(0)) one.socket.destroy()
    await proxy.close()
    await upstream.close()
  })

  it('passes head and body with order, case and repeats of the fields', async () => {
    const one = await client()
    one.send('POST /a?b=%20c HTTP/1.1\r\nhost: svc.ns.localhost\r\nX-B: 1\r\nx-a: 2\r\nX-B: 3\r\nContent-Length: 5\r\n\r\nhello')
    const peer = await upstream.peer(0)
    await peer.sees('hello')
    expect(peer.received).toBe(
      'POST /a?b=%20c HTTP/1.1\r\nhost: svc.ns.localhost\r\nX-B: 1\r\nx-a: 2\r\nX-B: 3\r\nContent-Length: 5\r\n\r\nhello'
    )
    peer.send('HTTP/1.1 201 Made Here\r\nset-Cookie: a\r\nDate: x\r\nset-Cookie: b\r\nContent-Length: 2\r\n\r\nok')
    expect(await one.sees('ok')).toBe('HTTP/1.1 201 Made Here\r\nset-Cookie: a\r\nDate: x\r\nset-Cookie: b\r\nContent-Length: 2\r\n\r\nok')
    expect(await proxy.outcome(0)).toEqual({ kind: 'completed', status: 201 })
  })

  it('drops hop-by-hop fields and those that Connection nominates, but not what the rules of the mesh rest on', async () => {
    const one = await client()
    one.send(
      'GET / HTTP/1.1\r\nHost: h\r\nConnection: keep-alive, X-Mine, X-Forwarded-For\r\nKeep-Alive: 5\r\nX-Mine: 1\r\nX-Forwarded-For: 1.2.3.4\r\nTE: trailers, gzip\r\nProxy-Connection: x\r\n\r\n'
    )
    const peer = await upstream.peer(0)
    expect(await peer.head()).toBe('GET / HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 1.2.3.4\r\nTE: trailers\r\n\r\n')
    peer.send('HTTP/1.1 200 OK\r\nConnection: X-Theirs\r\nX-Theirs: 1\r\nContent-Length: 0\r\n\r\n')
    expect(await one.sees('\r\n\r\n')).toBe('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
  })

  it('keeps both connections for the next request', async () => {
    const one = await client()
    for (let turn = 0; turn < 3; turn++) {
      one.send('GET / HTTP/1.1\r\nHost: h\r\n\r\n')
      const peer = await upstream.peer(0)
      await peer.head()
      peer.send(ok)
      await one.sees((text) => text.split('ok').length === turn + 2)
    }
    expect(upstream.connections).toHaveLength(1)
    expect(proxy.pool.counts).toEqual({ idle: 1, busy: 0, opened: 1, secured: 0 })
  })

  it('answers pipelined requests in their order', async () => {
    const one = await client()
    one.send(
      'GET /1 HTTP/1.1\r\nHost: h\r\n\r\nPOST /2 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabcGET /3 HTTP/1.1\r\nHost: h\r\n\r\n'
    )
    const peer = await upstream.peer(0)
    for (const [line, body] of [
      ['GET /1', ''],
      ['POST /2', 'abc'],
      ['GET /3', '']
    ] as const) {
      expect(await peer.head()).toContain(`${line} HTTP/1.1`)
      await peer.sees(body)
      peer.received = ''
      peer.send(`HTTP/1.1 200 OK\r\nContent-Length: ${line.length}\r\n\r\n${line}`)
    }
    const text = await one.sees('GET /3')
    expect(text.match(/(GET|POST) \/\d/g)).toEqual(['GET /1', 'POST /2', 'GET /3'])
  })

  it('answers HEAD, 204 and 304 without a body and goes on', async () => {
    const one = await client()
    one.send('HEAD / HTTP/1.1\r\nHost: h\r\n\r\nGET /a HTTP/1.1\r\nHost: h\r\n\r\nGET /b HTTP/1.1\r\nHost: h\r\n\r\n')
    const peer = await upstream.peer(0)
    await peer.head()
    peer.send('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n')
    await peer.head()
    peer.send('HTTP/1.1 204 No Content\r\n\r\n')
    await peer.head()
    peer.send('HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\nETag: "x"\r\n\r\n')
    expect(await one.sees('ETag: "x"\r\n\r\n')).toBe(
      'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nHTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\nETag: "x"\r\n\r\n'
    )
  })

  it('passes chunked bodies with trailers both ways', async () => {
    const one = await client()
    one.send('POST / HTTP/1.1\r\nHost: h\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n5;ext=1\r\nhello\r\n0\r\nX-Sum: 5\r\n\r\n')
    const peer = await upstream.peer(0)
    await peer.sees('X-Sum: 5\r\n\r\n')
    expect(peer.received).toBe(
      'POST / HTTP/1.1\r\nHost: h\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 5\r\n\r\n'
    )
    peer.send('HTTP/1.1 200 OK\r\nTrailer: X-End\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-End: 1\r\n\r\n')
    expect(await one.sees('X-End: 1\r\n\r\n')).toBe(
      'HTTP/1.1 200 OK\r\nTrailer: X-End\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-End: 1\r\n\r\n'
    )
  })

  it('streams: each piece arrives before the next one is sent, in both directions at once', async () => {
    const one = await client()
    one.send('POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n')
    const peer = await upstream.peer(0)
    await peer.head()
    peer.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
    await one.sees('\r\n\r\n')
    for (let turn = 0; turn < 3; turn++) {
      one.send(`2\r\nq${turn}\r\n`)
      await peer.sees(`q${turn}`)
      peer.send(`2\r\na${turn}\r\n`)
      await one.sees(`a${turn}`)
    }
    peer.send('0\r\n\r\n')
    one.send('0\r\n\r\n')
    expect(await one.sees('0\r\n\r\n')).toContain('a0')
    expect(await proxy.outcome(0)).toEqual({ kind: 'completed', status: 200 })
  })

  it('ends a body that the upstream ends by closing with a final chunk', async () => {
    const one = await client()
    one.send('GET / HTTP/1.1\r\nHost: h\r\n\r\n')
    const peer = await upstream.peer(0)
    await peer.head()
    peer.send('HTTP/1.1 200 OK\r\n\r\nabc')
    await one.sees('abc')
    peer.socket.end()
    expect(await one.sees('0\r\n\r\n')).toBe('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n')
  })

  it('gives HTTP/1.0 clients a plain body that ends with the connection', async () => {
    const one = await client()
    one.send('GET / HTTP/1.0\r\nHost: h\r\n\r\n')
    const peer = await upstream.peer(0)
    expect(await peer.head()).toContain('HTTP/1.1')
    peer.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n')
    expect(await one.end()).toBe('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabc')
  })

  it('keeps an HTTP/1.0 connection that asks for it', async () => {
    const one = await client()
    one.send('GET / HTTP/1.0\r\nHost: h\r\nConnection: keep-alive\r\n\r\n')
    const peer = await upstream.peer(0)
    await peer.head()
    peer.send(ok)
    expect(await one.sees('ok')).toContain('Connection: keep-alive')
    one.send('GET / HTTP/1.0\r\nHost: h\r\n\r\n')
    await peer.head()
    peer.send(ok)
    expect(await one.end()).toContain('Connection: close')
  })

  it('passes 100 Continue on when the upstream asks for the body, and interim responses', async () => {
    const one = await client()
    one.send('POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n')
    const peer = await upstream.peer(0)
    expect(await peer.head()).toContain('Expect: 100-continue')
    peer.send('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n')
    await one.sees('103 Early Hints\r\nLink: </a>\r\n\r\n')
    expect(one.received).not.toContain('100 Continue')
    peer.send('HTTP/1.1 100 Continue\r\n\r\n')
    await one.sees('HTTP/1.1 100 Continue\r\n\r\n')
    one.send('hi')
    await peer.sees('hi')
    peer.send(ok)
    await one.sees('ok')
  })

  it('asks for the body itself when the upstream does not say 100 Continue in time', async () => {
    await proxy.close()
    proxy = await startProxy(upstream.address, { pool: { expectMs: 30 } })
    const one = await client()
    one.send('POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n')
    await one.sees('HTTP/1.1 100 Continue\r\n\r\n')
    one.send('hi')
    const peer = await upstream.peer(0)
    await peer.sees('hi')
    expect(peer.received).toContain('Expect: 100-continue')
  })

  it('closes after a final answer to a client that still waits for 100 Continue', async () => {
    const one = await client()
    one.send('POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n')
    const peer = await upstream.peer(0)
    await peer.head()
    peer.send('HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n')
    expect(await one.end()).toBe('HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
  })

  it('holds back a sender whose receiver does not read, in both directions', async () => {
    const one = await client()
    const block = Buffer.alloc(1024 * 1024)
    const blocks = 64
    one.send(`POST / HTTP/1.1\r\nHost: h\r\nContent-Length: ${blocks * block.length}\r\n\r\n`)
    const peer = await upstream.peer(0)
    await peer.head()
    peer.socket.pause()
    const before = process.memoryUsage().rss
    for (let sent = 0; sent < blocks; sent++) one.send(block)
    // The kernel's buffers take some MiB; all else waits in the sender.
    expect(await settled(() => one.socket.writableLength)).toBeGreaterThan((blocks / 2) * block.length)
    peer.send(`HTTP/1.1 200 OK\r\nContent-Length: ${blocks * block.length}\r\n\r\n`)
    await one.sees('\r\n\r\n')
    one.socket.pause()
    for (let sent = 0; sent < blocks; sent++) peer.send(block)
    expect(await settled(() => peer.socket.writableLength)).toBeGreaterThan((blocks / 2) * block.length)
    expect(process.memoryUsage().rss - before).toBeLessThan(32 * 1024 * 1024)
  })

  it('aborts the upstream when the client goes away', async () => {
    const one = await client()
    one.send('GET / HTTP/1.1\r\nHost: h\r\n\r\n')
    const peer = await upstream.peer(0)
    await peer.head()
    one.socket.destroy()
    expect(await proxy.outcome(0)).toEqual({ kind: 'client-gone' })
    await until(() => peer.ended, 'the upstream connection to close')
  })

  it('keeps the place of a request that was given up until the upstream has closed its side', async () => {
    const one = await client()
    one.send('GET / HTTP/1.1\r\nHost: h\r\n\r\n')
    const peer = await upstream.peer(0)
    await peer.head()
    one.socket.destroy()
    await until(() => peer.ended, 'the upstream to learn of it')
    // Half closed: who works on the request has been told, and has not let go of it yet.
    expect([proxy.outcomes.length, proxy.server.counts.active, peer.closed]).toEqual([0, 1, false])
    peer.socket.end()
    expect(await proxy.outcome(0)).toEqual({ kind: 'client-gone' })
    await until(() => proxy.server.counts.active === 0, 'the end of the exchange')
  })

  it('cuts an upstream off that goes on with a request that was given up', async () => {
    const one = await client()
    one.send('GET / HTTP/1.1\r\nHost: h\r\n\r\n')
    const peer = await upstream.peer(0)
    await peer.head()
    one.socket.destroy()
    await until(() => peer.ended, 'the upstream to learn of it')
    peer.send('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
    expect(await proxy.outcome(0)).toEqual({ kind: 'client-gone' })
    const writing = setInterval(() => peer.send('more'), 5)
    await until(() => peer.closed, 'the connection to be reset')
    clearInterval(writing)
  })

  it('breaks the response when the upstream fails in the middle of the body', async () => {
    const one = await client()
    one.send('GET / HTTP/1.1\r\nHost: h\r\n\r\n')
    const peer = await upstream.peer(0)
    await peer.head()
    peer.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n')
    await one.sees('abc')
    peer.socket.destroy()
    await until(() => one.closed || one.ended, 'the client connection to break')
    expect(one.received).not.toContain('0\r\n\r\n')
    expect(await proxy.outcome(0)).toMatchObject({ kind: 'upstream-failed', phase: 'mid-body', retriable: false })
  })

  it('answers 502 with the text of the dial error', async () => {
    await upstream.close()
    const one = await client()
    one.send('GET / HTTP/1.1\r\nHost: h\r\n\r\n')
    expect(await one.sees('refused\n')).toContain(
      `502 Bad Gateway\r\nContent-Type: text/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\n`
    )
    expect(one.received).toContain(`dial tcp ${upstream.address}: connect: connection refused\n`)
    expect(await proxy.outcome(0)).toMatchObject({ kind: 'upstream-failed', phase: 'connect', retriable: true })
  })

  it.each([
    ['ends without an answer', '', 'EOF'],
    ['answers what is not HTTP', 'SSH-2.0-x\r\n', 'malformed HTTP response: bad-version'],
    ['answers two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na', 'ambiguous length'],
    ['answers length and chunked', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n', 'ambiguous length'],
    ['switches protocols unasked', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n', 'unexpected 101']
  ])('answers 502 when the upstream %s', async (_, bytes, text) => {
    const one = await client()
    one.send('GET / HTTP/1.1\r\nHost: h\r\n\r\n')
    const peer = await upstream.peer(0)
    await peer.head()
    peer.send(bytes)
    peer.socket.end()
    expect(await one.sees(text)).toContain('502 Bad Gateway')
    expect(await proxy.outcome(0)).toMatchObject({ phase: 'before-head', retriable: false })
  })

  it('carries an upgraded connection both ways, the early bytes too, and passes the half-close on', async () => {
    const one = await client()
    one.send('GET /ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: WebSocket\r\nSec-WebSocket-Key: k\r\n\r\nearly')
    const peer = await upstream.peer(0)
    expect(await peer.head()).toBe(
      'GET /ws HTTP/1.1\r\nHost: h\r\nSec-WebSocket-Key: k\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'
    )
    peer.send('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: a\r\n\r\nfirst')
    await one.sees('first')
    expect(one.received).toBe(
      'HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nfirst'
    )
    await peer.sees('early')
    expect(proxy.server.counts).toMatchObject({ tunnels: 1, active: 1 })
    one.socket.end()
    await until(() => peer.ended, 'the half-close')
    peer.send('last words')
    await one.sees('last words')
    peer.socket.end()
    expect(await proxy.outcome(0)).toEqual({ kind: 'completed', status: 101 })
    await until(() => proxy.server.counts.connections === 0, 'the connection to be gone')
    expect(proxy.server.counts).toMatchObject({ tunnels: 0, active: 0 })
  })

  it('does not pass an offer of h2c on', async () => {
    const one = await client()
    one.send(
      'GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n'
    )
    expect(await (await upstream.peer(0)).head()).toBe('GET / HTTP/1.1\r\nHost: h\r\n\r\n')
  })
})
