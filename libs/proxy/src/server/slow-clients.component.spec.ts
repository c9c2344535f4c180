import { describe, expect, it } from '@jest/globals'
import { cleanUp, client, proxyTo, serve, upstreamOf } from '../testing/bed.ts'
import { settled, until } from '../testing/until.ts'

const get = 'GET / HTTP/1.1\r\nHost: h\r\n\r\n'
const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

cleanUp()

describe('clients that read slowly', () => {
  it('waits with requests sent ahead until their answers are read, and then answers all', async () => {
    const requests = 2000
    const body = Buffer.alloc(64 * 1024, 'x')
    const { server, port } = await serve((exchange) => void exchange.respond(200, {}, body))
    const one = await client(port)
    one.socket.pause()
    one.send(get.repeat(requests))
    // The kernel takes a few MiB of answers; what waits here is one answer or two.
    expect(await settled(() => server.counts.requests)).toBeLessThan(requests / 4)
    let size = 0
    one.socket.removeAllListeners('data')
    one.socket.on('data', (text: string) => (size += text.length))
    one.socket.resume()
    const whole = requests * (`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n`.length + body.length)
    await until(
      () => size === whole,
      () => `all answers; ${size} of ${whole}`
    )
  })

  it('gives a last answer time to be read', async () => {
    const body = Buffer.alloc(24 * 1024 * 1024, 'x')
    const { port, server } = await serve((exchange) => void exchange.respond(200, {}, body), { times: { lingerMs: 50 } })
    const one = await client(port)
    one.socket.pause()
    one.send('GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n')
    await until(() => server.counts.requests === 1, 'the request')
    const from = performance.now()
    await until(() => performance.now() - from > 400, 'the linger time, several times over')
    one.socket.resume()
    expect((await one.end()).length).toBeGreaterThan(body.length)
  })

  it('does not hold one for ever that has stopped to read', async () => {
    const { port, server } = await serve((exchange) => void exchange.respond(200, {}, Buffer.alloc(24 * 1024 * 1024)), {
      times: { lingerMs: 50, headMs: 200 }
    })
    const one = await client(port)
    one.socket.pause()
    one.send('GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n')
    await until(() => server.counts.requests === 1, 'the request')
    await until(() => server.counts.connections === 0, 'the connection to be given up')
  })

  it('gives a client time for its body from when it is wanted again', async () => {
    const upstream = await upstreamOf()
    const proxy = await proxyTo(upstream.address, { server: { times: { bodyMs: 1000 } } })
    const one = await client(proxy.port)
    const block = Buffer.alloc(24 * 1024 * 1024)
    one.send(`POST / HTTP/1.1\r\nHost: h\r\nContent-Length: ${block.length + 1}\r\n\r\n`)
    const peer = await upstream.peer(0)
    await peer.head()
    peer.socket.pause()
    one.send(block)
    const from = performance.now()
    await until(() => performance.now() - from > 1500, 'the time of a body, and more')
    expect(proxy.server.counts.active).toBe(1)
    peer.socket.resume()
    await until(() => one.socket.writableLength === 0, 'the block to be read')
    one.send('x')
    peer.send(ok)
    await one.sees('ok')
  })
})
