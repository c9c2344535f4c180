import { spawn } from 'node:child_process'
import { constants as osConstants } from 'node:os'
import type { Place } from '../network/network.ts'
import { quote } from '../process/mount-plan.ts'
import { signal } from '../process/process-identity.ts'
import type { ExecOptions, ExecSession } from './exec-session.ts'

/** Where a command runs beside a container's program. */
export interface ExecPlace {
  readonly place: Place
  readonly env: Readonly<Record<string, string>>
  readonly workingDirectory: string
}

/** Starts a command beside a container's program, in its namespaces, environment and working directory. */
export function execInPlace(at: ExecPlace, command: readonly string[], { stdin, stdout, stderr, tty }: ExecOptions): ExecSession {
  // script(1) is what every Linux has that can make a terminal.
  const argv = tty === true ? ['script', '-qefc', command.map(quote).join(' '), '/dev/null'] : command
  const entered = at.place.enter(argv, at.workingDirectory)
  const env = tty === true ? { TERM: 'xterm', ...at.env } : at.env
  const child = spawn(entered[0] as string, entered.slice(1), { cwd: '/', env, stdio: ['pipe', 'pipe', 'pipe'], detached: true })
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
    resize: () => undefined,
    kill: () => {
      if (child.pid !== undefined) signal(-child.pid, 'SIGKILL')
    }
  }
}
