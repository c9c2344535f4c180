/** The real queue-proxy as a pod runs it, on the proxy's core. */
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { freePorts } from '@knative-ts/kubelet/free-port'
import { root } from '../../rig/root.ts'
import { sidecarVariables } from '../../../apps/queue-proxy/src/testing/sidecar-variables.ts'
import { cores, outputOf, pinned, stopped } from './pinned.ts'

export interface QueueProxyRole {
  readonly pid: number
  /** `127.0.0.1:PORT` of the data listener. */
  readonly address: string
  /** Resolves with the time since its start when the Nest context has been composed. Rejects when it ends before. */
  readonly composed: Promise<number>
  stop(): Promise<void>
}

export interface QueueProxyOptions {
  readonly userPort: number
  readonly concurrency: number
  /** The bundle; the built one unless told. */
  readonly main?: string
  /** Node's own. */
  readonly flags?: readonly string[]
}

/** Starts it. Does not wait until it listens. */
export async function startQueueProxy({ userPort, concurrency, main, flags = [] }: QueueProxyOptions): Promise<QueueProxyRole> {
  const [port, admin, stats, metrics] = (await freePorts(4)) as [number, number, number, number]
  const env = {
    PATH: process.env.PATH,
    ...sidecarVariables(userPort),
    CONTAINER_CONCURRENCY: String(concurrency),
    QUEUE_SERVING_PORT: String(port),
    QUEUE_ADMIN_PORT: String(admin),
    QUEUE_AUTOMETRIC_PORT: String(stats),
    QUEUE_USERMETRIC_PORT: String(metrics)
  }
  const began = performance.now()
  const child = pinned(cores.proxy, process.execPath, [...flags, main ?? join(root, 'dist/apps/queue-proxy/main.mjs')], env)
  const said = outputOf(child)
  const composed = new Promise<number>((resolve, reject) => {
    // What the role logs once everything of it runs.
    createInterface({ input: child.stdout! }).on('line', (line) => {
      if (line.includes('queue-proxy started')) resolve(performance.now() - began)
    })
    void once(child, 'exit').then(() => reject(new Error(`queue-proxy ended: ${said()}`)))
  })
  // Who does not ask when it was composed is told by the requests that fail.
  composed.catch(() => undefined)
  return { pid: child.pid ?? 0, address: `127.0.0.1:${port}`, composed, stop: () => stopped(child) }
}
