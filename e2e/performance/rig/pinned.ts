/** Programs on one core each: the proxy alone on one, all that loads and answers on the other. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

export const cores = { proxy: 0, others: 1 } as const

/** Starts a program on a core (any, without); it is gone when the benchmark is. Ends in an error where cores cannot be chosen. */
export function pinned(
  core: number | undefined,
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env
): ChildProcess {
  const whole = core === undefined ? [command, ...args] : ['taskset', '-c', String(core), command, ...args]
  const child = spawn(whole[0] ?? '', whole.slice(1), { env, stdio: ['pipe', 'pipe', 'pipe'] })
  const end = (): unknown => child.kill('SIGKILL')
  process.once('exit', end)
  child.once('exit', () => process.removeListener('exit', end))
  return child
}

/** This process leaves the proxy's core alone from now on. */
export function leaveProxyCore(): void {
  execFileSync('taskset', ['-a', '-c', '-p', String(cores.others), String(process.pid)], { stdio: ['ignore', 'ignore', 'inherit'] })
}

export interface Served {
  readonly pid: number
  /** What it said it listens on. */
  readonly addresses: Readonly<Record<string, string>>
  stop(): Promise<void>
}

/** Starts a program that says in its first line, as JSON, where it listens. Rejects with its words when it ends before. */
export async function served(core: number, command: string, args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Served> {
  const child = pinned(core, command, args, env)
  const said = outputOf(child)
  const line = createInterface({ input: child.stdout! })[Symbol.asyncIterator]()
  const { value, done } = await line.next()
  if (done === true) throw new Error(`${command} ended: ${said()}`)
  return { pid: child.pid ?? 0, addresses: JSON.parse(value) as Record<string, string>, stop: () => stopped(child) }
}

/** What it has written so far to standard error. */
export function outputOf(child: ChildProcess): () => string {
  let text = ''
  child.stderr?.on('data', (bytes: Buffer) => (text += bytes.toString()))
  return () => text
}

/** Ends it, at once, and waits until it is gone. */
export async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill('SIGKILL')
  await exit
}
