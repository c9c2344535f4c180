/** One user container of e2e/images behind one queue-proxy, as processes without a cluster. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import { freePorts } from '@knative-ts/testing'
import { sidecarVariables } from '../../apps/queue-proxy/src/testing/sidecar-variables.ts'
import { root } from './root.ts'
import { until } from './until.ts'

export interface OneSidecar {
  /** Of the queue-proxy. */
  readonly port: number
  stop(): Promise<void>
}

/** Starts both, with `variables` for the queue-proxy. */
export async function startOneSidecar(image: string, variables: Readonly<Record<string, string>>): Promise<OneSidecar> {
  const [user, serving, admin, stats, metrics] = (await freePorts(5)) as [number, number, number, number, number]
  const ports = { QUEUE_SERVING_PORT: serving, QUEUE_ADMIN_PORT: admin, QUEUE_AUTOMETRIC_PORT: stats, QUEUE_USERMETRIC_PORT: metrics }
  const own = Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)]))
  const children = [
    start(`e2e/images/${image}/main.js`, { PORT: String(user), HOST: '127.0.0.1' }),
    start('dist/apps/queue-proxy/main.mjs', { ...sidecarVariables(user), ...own, ...variables })
  ]
  const stop = async (): Promise<void> => {
    for (const child of children) {
      const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined
      child.kill('SIGKILL')
      await ended
    }
  }
  try {
    await until('both listen', async () => (await accepts(user)) && (await accepts(serving)))
  } catch (error) {
    await stop()
    throw error
  }
  return { port: serving, stop }
}

function start(main: string, env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, [join(root, main)], { env, stdio: ['ignore', 'ignore', 'inherit'] })
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
