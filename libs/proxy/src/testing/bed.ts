import { afterEach } from '@jest/globals'
import { createServer } from '../server/create-server.ts'
import { channels } from '../diagnostics.ts'
import type { Server, ServerOptions } from '../server/server.ts'
import { startProxy, type TestProxy } from './proxy.ts'
import { RawClient } from './raw-client.ts'
import { RawUpstream, type UpstreamPeer } from './raw-upstream.ts'

const cleanups: (() => Promise<void> | void)[] = []

/** Has what these functions make taken away after each test of the file that calls it. */
export function cleanUp(): void {
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
  })
}

/** Has something done after the test. */
export function later(cleanup: () => Promise<void> | void): void {
  cleanups.push(cleanup)
}

export async function serve(
  handler: ServerOptions['handler'],
  options: Partial<ServerOptions> = {}
): Promise<{ server: Server; port: number }> {
  const server = createServer({ handler, ...options })
  later(() => server.close())
  const { port } = await server.listen({ port: 0, host: '127.0.0.1' })
  return { server, port }
}

export async function client(port: number): Promise<RawClient> {
  const one = await RawClient.to(port)
  later(() => void one.socket.destroy())
  return one
}

export async function upstreamOf(onBytes?: Parameters<typeof RawUpstream.start>[0]): Promise<RawUpstream> {
  const upstream = await RawUpstream.start(onBytes)
  later(() => upstream.close())
  return upstream
}

export async function proxyTo(address: string, options?: Parameters<typeof startProxy>[1]): Promise<TestProxy> {
  const proxy = await startProxy(address, options)
  later(() => proxy.close())
  return proxy
}

/** A GET that has come through a proxy (of these options) to its upstream, which has read it and not answered. */
export async function asked(
  options?: Parameters<typeof startProxy>[1]
): Promise<{ upstream: RawUpstream; proxy: TestProxy; one: RawClient; peer: UpstreamPeer }> {
  const upstream = await upstreamOf()
  const proxy = await proxyTo(upstream.address, options)
  const one = await client(proxy.port)
  one.send('GET / HTTP/1.1\r\nHost: h\r\n\r\n')
  const peer = await upstream.peer(0)
  await peer.head()
  return { upstream, proxy, one, peer }
}

/** Messages of what handlers throw from here on. */
export function published(): string[] {
  const messages: string[] = []
  const listen = (event: unknown): unknown => messages.push((event as { error: Error }).error.message)
  channels.handlerError.subscribe(listen)
  later(() => void channels.handlerError.unsubscribe(listen))
  return messages
}
