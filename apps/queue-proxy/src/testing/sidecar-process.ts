import { type ChildProcess, spawn } from 'node:child_process'
import { freePorts } from '@knative-ts/testing'
import { connect } from 'node:net'
import { sidecarVariables } from './sidecar-variables.ts'
import { until } from './until.ts'

/** A running queue-proxy process. */
export interface SidecarProcess {
  readonly port: number
  readonly adminPort: number
  readonly statsPort: number
  readonly metricsPort: number
  readonly child: ChildProcess
  /** Standard output and error so far. */
  readonly output: () => string
  /** Exit code, or the signal that ended it; undefined while it runs. */
  readonly exit: () => number | string | undefined
  stop(): Promise<void>
}

/** Starts `main` in front of a user container on `userPort`, and waits until its ports accept. */
export async function startSidecar(main: string, userPort: number, variables: Record<string, string> = {}): Promise<SidecarProcess> {
  const [port, adminPort, statsPort, metricsPort] = (await freePorts(4)) as [number, number, number, number]
  const env = { ...sidecarVariables(userPort), ...ports(port, adminPort, statsPort, metricsPort), ...variables }
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  let exit: number | string | undefined
  const keep = (bytes: Buffer): unknown => (output += bytes.toString())
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  child.on('exit', (code, signal) => (exit = code ?? signal ?? 'unknown'))
  const sidecar: SidecarProcess = {
    port,
    adminPort,
    statsPort,
    metricsPort,
    child,
    output: () => output,
    exit: () => exit,
    stop: async () => {
      if (exit === undefined) child.kill('SIGKILL')
      await until(() => exit !== undefined, 'the process to end')
    }
  }
  let listening = false
  const poll = async (): Promise<void> => {
    while (!listening && exit === undefined) listening = (await accepts(port)) && (await accepts(adminPort)) && (await accepts(statsPort))
  }
  void poll()
  await until(
    () => exit !== undefined || listening,
    () => `queue-proxy to listen; it said: ${output}`,
    60_000
  )
  return sidecar
}

function ports(port: number, admin: number, stats: number, metrics: number): Record<string, string> {
  return {
    QUEUE_SERVING_PORT: String(port),
    QUEUE_ADMIN_PORT: String(admin),
    QUEUE_AUTOMETRIC_PORT: String(stats),
    QUEUE_USERMETRIC_PORT: String(metrics)
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => setTimeout(() => resolve(false), 5))
  })
}
