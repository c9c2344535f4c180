import { spawn } from 'node:child_process'
import { constants as osConstants } from 'node:os'
import { Readable } from 'node:stream'
import type { Place } from '../network/network.ts'
import { checkProgram } from '../process/launch.ts'
import { signal } from '../process/process-identity.ts'
import type { ExecOptions, ExecSession } from './exec-session.ts'
import { inTerminal, Terminal } from './terminal.ts'

/** Where a command runs beside a container's program. */
export interface ExecPlace {
  readonly place: Place
  /** Words before a command that give up privileges. */
  readonly privileges: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly workingDirectory: string
}

/** Starts a command beside a container's program, in its namespaces, environment and working directory. */
export function execInPlace(at: ExecPlace, command: readonly string[], { stdin, stdout, stderr, tty }: ExecOptions): ExecSession {
  try {
    checkProgram({ ...at, argv: command })
  } catch (error) {
    return failedSession(error as Error, stdout === true, stderr === true && tty !== true)
  }
  const entered = at.place.enter([...at.privileges, ...command], at.workingDirectory)
  const { argv, env } = tty === true ? inTerminal(entered, at.env) : { argv: entered, env: at.env }
  const child = spawn(argv[0] as string, argv.slice(1), { cwd: '/', env, stdio: ['pipe', 'pipe', 'pipe'], detached: true })
  const terminal = tty === true && child.pid !== undefined ? new Terminal(child.pid) : undefined
  if (stdin !== true) child.stdin.end()
  // The command may end without reading its input.
  child.stdin.on('error', () => undefined)
  if (stdout !== true) child.stdout.resume()
  if (stderr !== true || tty === true) child.stderr.resume()
  const onEnd = (event: 'exit' | 'close'): Promise<number> =>
    new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once(event, (code: number | null, name: NodeJS.Signals | null) =>
        resolve(code ?? 128 + (name === null ? 0 : osConstants.signals[name]))
      )
    })
  const ended = onEnd('exit')
  // Whoever is interested in it learns of a failure from `exitCode` too.
  ended.catch(() => undefined)
  return {
    stdin: stdin === true ? child.stdin : undefined,
    stdout: stdout === true ? child.stdout : undefined,
    stderr: stderr === true && tty !== true ? child.stderr : undefined,
    exitCode: onEnd('close'),
    ended,
    resize: (columns, rows) => terminal?.resize(columns, rows),
    kill: () => {
      terminal?.signal('SIGKILL')
      if (child.pid !== undefined) signal(-child.pid, 'SIGKILL')
    }
  }
}

/** A session that was over before it began. */
function failedSession(error: Error, stdout: boolean, stderr: boolean): ExecSession {
  const failed = Promise.reject(error)
  // Whoever is interested learns of it from `exitCode` or `ended`.
  failed.catch(() => undefined)
  return {
    stdin: undefined,
    stdout: stdout ? Readable.from([]) : undefined,
    stderr: stderr ? Readable.from([]) : undefined,
    exitCode: failed,
    ended: failed,
    resize: () => undefined,
    kill: () => undefined
  }
}
