/** The real queue-proxy as a pod runs it, on the proxy's core. */
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { freePorts } from '@knative-ts/kubelet/free-port'
import { sidecarVariables } from '../../../apps/queue-proxy/src/testing/sidecar-variables.ts'
import { root } from '../../rig/root.ts'
import { cores, outputOf, pinned, stopped } from './pinned.ts'

/** Part of the line that the role logs once everything of it runs. */
export const startedLine = 'queue-proxy started'

export interface QueueProxyOptions {
  readonly userPort: number
  readonly concurrency: number
  /** The bundle; the built one unless told. */
  readonly main?: string | undefined
}

export interface QueueProxyPorts {
  readonly port: number
  readonly admin: number
  readonly stats: number
  readonly metrics: number
}

export interface QueueProxyCommand {
  readonly command: string
  readonly args: readonly string[]
  readonly env: NodeJS.ProcessEnv
}

export function queueProxyCommand({ userPort, concurrency, main }: QueueProxyOptions, ports: QueueProxyPorts): QueueProxyCommand {
  const env = {
    PATH: process.env.PATH,
    ...sidecarVariables(userPort),
    CONTAINER_CONCURRENCY: String(concurrency),
    QUEUE_SERVING_PORT: String(ports.port),
    QUEUE_ADMIN_PORT: String(ports.admin),
    QUEUE_AUTOMETRIC_PORT: String(ports.stats),
    QUEUE_USERMETRIC_PORT: String(ports.metrics)
  }
  return { command: process.execPath, args: ['--semi-space-growth-factor=1', main ?? join(root, 'dist/apps/queue-proxy/main.mjs')], env }
}

export interface QueueProxyRole {
  readonly pid: number
  /** `127.0.0.1:PORT` of the data listener. */
  readonly address: string
  stop(): Promise<void>
}

/** Starts it, and waits until all of it runs. Rejects with its words when it ends before. */
export async function startQueueProxy(options: QueueProxyOptions): Promise<QueueProxyRole> {
  const [port, admin, stats, metrics] = (await freePorts(4)) as [number, number, number, number]
  const { command, args, env } = queueProxyCommand(options, { port, admin, stats, metrics })
  const child = pinned(cores.proxy, command, args, env)
  const said = outputOf(child)
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout! }).on('line', (line) => {
      if (line.includes(startedLine)) resolve()
    })
    void once(child, 'exit').then(() => reject(new Error(`queue-proxy ended: ${said()}`)))
  })
  return { pid: child.pid ?? 0, address: `127.0.0.1:${port}`, stop: () => stopped(child) }
}
