/** Standalone as somebody runs it in a terminal: its words and its exit code, whether it becomes ready or not. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { nobody } from './nobody.ts'
import { root } from './standalone-process.ts'

export interface Running {
  readonly pid: number
  readonly out: () => string
  readonly error: () => string
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>
  signal(name: NodeJS.Signals): void
}

export interface CommandOptions {
  readonly env?: NodeJS.ProcessEnv
  /** Runs it as user nobody; needs root. */
  readonly asNobody?: boolean
}

const main = join(root, 'dist/apps/standalone/main.mjs')

/** Starts standalone with these arguments. */
export const runStandalone = (args: readonly string[], options: CommandOptions = {}): Running =>
  runCommand([process.execPath, main, ...args], options)

/** Starts any command in the repository's root. */
export function runCommand(argv: readonly string[], { env, asNobody = false }: CommandOptions = {}): Running {
  const [program = '', ...rest] = [...(asNobody ? nobody : []), ...argv]
  const child = spawn(program, rest, { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  let out = ''
  let error = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (error += text))
  const ended = new Promise<number | NodeJS.Signals>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve(code ?? signal ?? 0))
  })
  return { pid: child.pid ?? 0, out: () => out, error: () => error, ended, signal: (name) => void child.kill(name) }
}
