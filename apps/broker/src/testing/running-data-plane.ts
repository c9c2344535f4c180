import type { ChannelStore } from '@knative-ts/messaging'
import { createServer, type Server } from '@knative-ts/proxy'
import { keptLog } from '@knative-ts/testing'
import type { Log } from '@knative-ts/telemetry/logger'
import { createDataPlane, type DataPlane, type DataPlaneOptions } from '../data-plane.ts'
import type { Observer } from '../telemetry/observer.ts'
import { doorLimits } from '../door-limits.ts'
import { MemoryStore } from './memory-store.ts'

export type Door = 'ingress' | 'channel' | 'filter'

/** A data plane that listens on loopback. */
export interface RunningDataPlane extends DataPlane {
  readonly ports: Readonly<Record<Door, number>>
  readonly log: ReturnType<typeof keptLog>
  stop(): Promise<void>
}

export const noObserver: Observer = {
  wantsEvents: false,
  ingress: () => undefined,
  channel: () => undefined,
  attempted: () => undefined,
  ended: () => undefined,
  replied: () => undefined
}

/** Starts one, whose table is to be filled. */
export async function startDataPlane(
  store: ChannelStore = new MemoryStore(),
  options: Partial<DataPlaneOptions> = {}
): Promise<RunningDataPlane> {
  const log = keptLog()
  const dataPlane = createDataPlane({
    store,
    observer: noObserver,
    tracing: { tracer: undefined },
    log: log as unknown as Log,
    mostBytes: 16 * 1024 * 1024,
    timeoutMs: 60_000,
    lingerMs: 60_000,
    heldBytes: 64 * 1024 * 1024,
    flightBytes: 48 * 1024 * 1024,
    idle: { idlePerAddress: 100, idleTotal: 1_000 },
    ...options
  })
  const servers: Server[] = []
  const listen = async (door: Door): Promise<number> => {
    const server = createServer({ handler: dataPlane[door], limits: doorLimits })
    servers.push(server)
    return (await server.listen({ port: 0, host: '127.0.0.1' })).port
  }
  const ports = { ingress: await listen('ingress'), channel: await listen('channel'), filter: await listen('filter') }
  void dataPlane.dispatch.start()
  return {
    ...dataPlane,
    ports,
    log,
    stop: async () => {
      await Promise.all(servers.map((server) => server.close()))
      await dataPlane.close()
      await store.close()
    }
  }
}
