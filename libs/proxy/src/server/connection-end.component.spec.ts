import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { describe, expect, it } from '@jest/globals'
import { itWhere } from '@knative-ts/testing/prerequisites'
import { asked, cleanUp, client, proxyTo, upstreamOf } from '../testing/bed.ts'
import { until } from '../testing/until.ts'

const get = 'GET / HTTP/1.1\r\nHost: h\r\n\r\n'
const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

cleanUp()

describe('connections', () => {
  it('are not kept behind a 204 that announces a body', async () => {
    const { one, peer } = await asked()
    peer.send('HTTP/1.1 204 No Content\r\nContent-Length: 4\r\n\r\n')
    await one.sees('204 No Content')
    await until(() => peer.ended, 'the connection to be closed')
  })

  // The kernel's table says which timer a connection has: 02 is that of keep-alive.
  const told = process.platform === 'linux' ? undefined : 'timers of connections are read from /proc of Linux'
  itWhere('TCP keep-alive', told).each([true, false])(
    'are probed when they are silent, on both sides (shared reads: %s)',
    async (sharedReads) => {
      const { upstream, proxy } = await asked({ server: { sharedReads } })
      const timers = (column: number, port: number): string[] =>
        readFileSync('/proc/self/net/tcp', 'latin1')
          .split('\n')
          .map((line) => line.trim().split(/\s+/))
          .filter((row) => row[column]?.endsWith(`:${port.toString(16).toUpperCase().padStart(4, '0')}`) === true && row[3] === '01')
          .map((row) => (row[5] as string).slice(0, 2))
      await until(() => timers(1, proxy.port).join() === '02', 'the accepted connection to be probed')
      await until(() => timers(2, Number(upstream.address.split(':')[1])).join() === '02', 'the dialled connection to be probed')
    }
  )

  it('of a tunnel close both, though one had ended its side before it broke', async () => {
    const upstream = await upstreamOf()
    const proxy = await proxyTo(upstream.address)
    const one = await client(proxy.port)
    one.send('GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n')
    const peer = await upstream.peer(0)
    await peer.head()
    peer.send('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n')
    await one.sees('101 Switching')
    one.socket.end()
    await until(() => peer.ended, 'the half-close')
    one.socket.resetAndDestroy()
    // An upstream that does not mind the half-close goes on to send.
    await until(() => {
      if (!peer.closed) peer.send('news')
      return proxy.server.counts.tunnels === 0
    }, 'the tunnel to close')
    expect(proxy.server.counts).toMatchObject({ connections: 0, active: 0 })
  })
})

it('leaves nothing behind of 10,000 connections that are given up at any moment', async () => {
  const upstream = await upstreamOf((peer) => {
    // Some are answered in part, some whole, some not at all.
    const asked = peer.received.split('\r\n\r\n').length - 1
    peer.received = ''
    for (let index = 0; index < asked; index++) {
      const kind = (peer.socket.bytesRead + index) % 3
      if (kind > 0) peer.send(kind === 1 ? ok : 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome')
    }
  })
  let ended = 0
  const proxy = await proxyTo(upstream.address, { before: (exchange) => exchange.onEnd(() => ended++) })
  const resources = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
  const timers = resources()
  let made = 0
  const one = (): Promise<void> =>
    new Promise((resolve) => {
      const number = made++
      const socket = connect({ port: proxy.port, host: '127.0.0.1' })
      socket.on('error', () => {})
      socket.on('close', () => resolve())
      socket.write(number % 2 === 0 ? get.repeat(2) : 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhalf')
      const leave = (): void => void (number % 5 < 3 ? socket.resetAndDestroy() : socket.destroy())
      if (number % 3 === 0) socket.once('data', leave)
      if (number % 7 === 0) socket.once('connect', () => setImmediate(leave))
      else socket.once('connect', () => setTimeout(leave, number % 5))
    })
  const worker = async (): Promise<void> => {
    while (made < 10_000) await one()
  }
  await Promise.all(Array.from({ length: 50 }, worker))
  await until(() => proxy.server.counts.connections + proxy.server.counts.active + proxy.pool.counts.busy === 0, 'all to be over')
  expect(proxy.server.counts).toMatchObject({ connections: 0, active: 0, tunnels: 0 })
  expect(ended).toBe(proxy.server.counts.requests)
  expect(proxy.outcomes).toHaveLength(proxy.server.counts.requests)
  proxy.pool.close()
  expect(proxy.pool.counts).toMatchObject({ idle: 0, busy: 0 })
  await until(() => upstream.connections.every((peer) => peer.ended), 'upstream connections to close')
  await until(() => resources() <= timers + 2, 'timers to end')
}, 300_000)
