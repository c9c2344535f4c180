/** The Go program beside this file: builds it, and runs it against a cluster. */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'

/** What it saw: `same` is equal on every cluster, `seen` depends on what happened to the server. */
export interface Report {
  readonly same: Readonly<Record<string, unknown>>
  readonly seen: {
    readonly writes: number
    readonly objects: number
    readonly faults: readonly string[]
    /** How often each kind of error was met, by who met it: `informer: connection refused`. */
    readonly errors: Readonly<Record<string, number>>
    /** Answers by kind of request and status: `watch 200`. */
    readonly requests: Readonly<Record<string, number>>
  }
}

/** Builds the program into `directory` and resolves with its path. Rejects with the compiler's words. */
export async function build(directory: string): Promise<string> {
  const path = join(directory, 'client-go-program')
  await promisify(execFile)('go', ['build', '-ldflags', '-s -w', '-o', path, '.'], {
    cwd: join(import.meta.dirname, 'program'),
    env: { ...process.env, CGO_ENABLED: '0' }
  })
  return path
}

export interface Run {
  readonly kubeconfig: string
  readonly namespace: string
  readonly seconds: number
  /** Informers begin with a watch that tells the present state first. */
  readonly watchList: boolean
  /** Called when all informers run, and the program begins to write. */
  readonly onLive?: () => void
}

/** Runs the program to its end. Rejects with what it wrote when it fails. */
export async function run(path: string, { kubeconfig, namespace, seconds, watchList, onLive }: Run, signal: AbortSignal): Promise<Report> {
  const child = spawn(path, ['-kubeconfig', kubeconfig, '-namespace', namespace, '-seconds', String(seconds)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, KUBE_FEATURE_WatchListClient: String(watchList) },
    signal
  })
  const said: string[] = []
  let report: Report | undefined
  createInterface({ input: child.stderr }).on('line', (line) => said.push(line))
  createInterface({ input: child.stdout }).on('line', (line) => {
    const told = JSON.parse(line) as Report | { readonly phase: string }
    if ('same' in told) report = told
    else if (told.phase === 'live') onLive?.()
  })
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0 || report === undefined) throw new Error(`the client-go program ended with ${code}: ${said.slice(-20).join('\n')}`)
  return report
}
