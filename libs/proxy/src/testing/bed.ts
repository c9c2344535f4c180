import { afterEach } from '@jest/globals'
import { createServer } from '../server/create-server.ts'
import { channels } from '../diagnostics.ts'
import type { Server, ServerOptions } from '../server/server.ts'
import { startProxy, type TestProxy } from './proxy.ts'
import { RawClient } from './raw-client.ts'
import { RawUpstream } from './raw-upstream.ts'

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

/** Messages of what handlers throw from here on. */
export function published(): string[] {
  const messages: string[] = []
  const listen = (event: unknown): unknown => messages.push((event as { error: Error }).error.message)
  channels.handlerError.subscribe(listen)
  later(() => void channels.handlerError.unsubscribe(listen))
  return messages
}
