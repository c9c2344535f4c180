import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { quote } from '../process/mount-plan.ts'
import type { Started } from '../pod/container-process.ts'
import { signal } from '../process/process-identity.ts'
import type { ExecOptions, ExecSession } from './pod-streams.ts'

/** Starts a command beside a container's program, in its namespaces, environment and working directory. */
export function execIn(running: Started, command: readonly string[], { stdin, stdout, stderr, tty }: ExecOptions): ExecSession {
  // script(1) is what every Linux has that can make a terminal.
  const argv = tty === true ? ['script', '-qefc', command.map(quote).join(' '), '/dev/null'] : command
  const entered = running.place.enter(argv, running.workingDirectory)
  const env = tty === true ? { TERM: 'xterm', ...running.env } : running.env
  const child = spawn(entered[0] as string, entered.slice(1), { cwd: '/', env, stdio: ['pipe', 'pipe', 'pipe'], detached: true })
  if (stdin !== true) child.stdin.end()
  // The command may end without reading its input.
  child.stdin.on('error', () => undefined)
  if (stdout !== true) child.stdout.resume()
  if (stderr !== true || tty === true) child.stderr.resume()
  const exitCode = new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, name) => resolve(code ?? 128 + (name === null ? 0 : (constants.signals[name] ?? 0))))
  })
  return {
    stdin: stdin === true ? child.stdin : undefined,
    stdout: stdout === true ? child.stdout : undefined,
    stderr: stderr === true && tty !== true ? child.stderr : undefined,
    exitCode,
    kill: () => {
      if (child.pid !== undefined) signal(-child.pid, 'SIGKILL')
    }
  }
}
