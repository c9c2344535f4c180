import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { verdicts } from './rig/malformed.ts'
import { startProxy, type TestProxy } from './rig/proxy.ts'
import { RawClient } from './rig/raw-client.ts'
import { RawUpstream } from './rig/raw-upstream.ts'

describe('malformed messages on a socket', () => {
  let upstream: RawUpstream
  let proxy: TestProxy

  beforeAll(async () => {
    // Answers each request once it is whole, so that a message that slips through is answered 200.
    upstream = await RawUpstream.start((peer) => {
      if (!peer.received.endsWith('\r\n\r\n')) return
      peer.received = ''
      peer.send('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
    })
    proxy = await startProxy(upstream.address)
  })
  afterAll(async () => {
    await proxy.close()
    await upstream.close()
  })

  it.each(verdicts.filter(({ verdict }) => verdict !== 'accepted'))('$why: refused and closed', async ({ bytes, verdict }) => {
    const client = await RawClient.to(proxy.port)
    client.send(bytes)
    const text = await client.end()
    expect(text).toMatch(verdict === 'unknown-expectation' ? /^HTTP\/1\.1 417 / : /^HTTP\/1\.1 400 Bad Request\r\n/)
    expect(text).toContain('Connection: close\r\n')
    expect(text.endsWith(`: ${verdict}`)).toBe(true)
    client.socket.destroy()
  })

  it.each(verdicts.filter(({ verdict }) => verdict === 'accepted'))('$why: answered', async ({ bytes }) => {
    const client = await RawClient.to(proxy.port)
    client.send(bytes)
    expect(await client.sees('\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    client.socket.destroy()
  })

  it('refuses what is malformed behind a good request only after its answer', async () => {
    const client = await RawClient.to(proxy.port)
    client.send('GET / HTTP/1.1\r\nHost: h\r\n\r\nGET / HTTP/1.1\r\nHost : h\r\n\r\n')
    expect((await client.end()).match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 400'])
    client.socket.destroy()
  })
})
