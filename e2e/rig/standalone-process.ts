/** Runs the real standalone as users do, and hands out what it announced. */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { nobody } from './nobody.ts'
import { root } from './root.ts'
import { connect, loadClusterConfig, type ConnectedClient } from '@knative-ts/kube'

export { root }

/**
 * As `npm start` runs it: Node's young generation grows to 64 MiB unless told otherwise, which buys nothing here and is paid for at every fork. The old one is
 * collected when it has grown by half: V8 left to itself waits until it is twice as large, and buffers that are garbage wait with it.
 */
export const nodeFlags = ['--max-semi-space-size=8', '--heap-growing-percent=50'] as const
/** As `npm start` sets it: one heap of malloc for all threads instead of one each, some 30 MiB that nobody uses. */
const ownEnvironment = { MALLOC_ARENA_MAX: '1' }

export interface StandaloneProcess {
  readonly process: ChildProcess
  /** Path of the administrator's kubeconfig. */
  readonly kubeconfig: string
  /** `http://localhost:PORT` */
  readonly gateway: string
  readonly gatewayPort: number
  /** The gateway's port for HTTPS, where one was asked for. */
  readonly httpsPort: number | undefined
  readonly client: ConnectedClient
  /** Milliseconds from spawn to the announcement `ready`. */
  readonly readyMs: number
  /** Everything it wrote, for a failure's message. */
  readonly output: () => string
  /** Ends it as Ctrl-C does and waits; resolves with the exit code. */
  stop(): Promise<number | null>
  /** `kill -9`, waits until the process is gone. */
  kill(): Promise<void>
}

export interface StandaloneRun {
  /** Absent: ephemeral. */
  readonly data?: string
  readonly args?: readonly string[]
  /** Default 120 s. */
  readonly readyWithinMs?: number
  readonly env?: NodeJS.ProcessEnv
  /** Runs it as user nobody; needs root. */
  readonly asNobody?: boolean
}

const LONGEST_LINE = 2_000

interface Announced {
  readonly event?: string
  readonly kubeconfig?: string
  readonly gateway?: string
  readonly https?: string
}

/** Starts standalone on free ports and waits until it says that it is ready. Rejects with its output when it ends or takes too long. */
export async function startStandalone(run: StandaloneRun = {}): Promise<StandaloneProcess> {
  const readyWithinMs = run.readyWithinMs ?? 120_000
  const state = run.data === undefined ? ['--ephemeral'] : ['--data', run.data]
  const given = run.args ?? []
  // Whether the machine has a Docker engine must not decide what a journey sees.
  const docker = given.includes('--docker') ? [] : ['--docker', 'off']
  // Suites of Serving start no role of Eventing, which the machine would have to carry.
  const parts = given.includes('--parts') ? [] : ['--parts', 'serving']
  const ports = given.includes('--gateway-port') ? [] : ['--gateway-port', '0', '--api-port', '0']
  const started = performance.now()
  const [program = '', ...prefix] = [...(run.asNobody === true ? nobody : []), process.execPath]
  const child = spawn(
    program,
    [...prefix, ...nodeFlags, join(root, 'dist/apps/standalone/main.mjs'), '--json', ...state, ...ports, ...docker, ...parts, ...given],
    {
      cwd: root,
      env: { ...process.env, ...ownEnvironment, ...run.env },
      stdio: ['ignore', 'pipe', 'pipe']
    }
  )
  const lines: string[] = []
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
  const ready = new Promise<{ kubeconfig: string; gateway: string; https: string | undefined }>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line)
      const said = line.startsWith('{') ? (JSON.parse(line) as Announced) : {}
      if (said.event === 'ready') resolve({ kubeconfig: said.kubeconfig ?? '', gateway: said.gateway ?? '', https: said.https })
    })
    // Node shows the line of a program that it cannot load: a bundle's is the whole bundle.
    createInterface({ input: child.stderr }).on('line', (line) => lines.push(line.slice(0, LONGEST_LINE)))
    const output = (): string => lines.slice(-60).join('\n')
    void exited.then((code) => reject(new Error(`standalone ended with ${code} before it was ready:\n${output()}`)))
    setTimeout(() => {
      reject(new Error(`standalone is not ready within ${readyWithinMs} ms:\n${output()}`))
    }, readyWithinMs).unref()
  })
  const { kubeconfig, gateway, https } = await ready.catch(async (error: unknown) => {
    child.kill('SIGTERM')
    await Promise.race([exited, new Promise((resolve) => setTimeout(resolve, 10_000).unref())])
    child.kill('SIGKILL')
    throw error
  })
  const readyMs = performance.now() - started
  const client = connect(await loadClusterConfig({ KUBECONFIG: kubeconfig }))
  return {
    process: child,
    kubeconfig,
    gateway,
    gatewayPort: Number(new URL(gateway).port || 80),
    httpsPort: https === undefined ? undefined : Number(new URL(https).port || 443),
    client,
    readyMs,
    output: () => lines.join('\n'),
    stop: async () => {
      client.close()
      child.kill('SIGINT')
      return exited
    },
    kill: async () => {
      client.close()
      child.kill('SIGKILL')
      await exited
    }
  }
}

/** A directory that `discard` removes. */
export async function temporaryDirectory(): Promise<{ readonly path: string; readonly discard: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'knative-e2e-'))
  return { path, discard: () => rm(path, { recursive: true, force: true }) }
}
