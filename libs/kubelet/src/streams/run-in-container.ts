import { spawn } from 'node:child_process'
import type { Started } from '../pod/container-process.ts'
import { signal } from '../process/process-identity.ts'

/** Runs a command beside a container's program, for probes and hooks: exit code and the first 10 KiB of its output. */
export function runInContainer(
  running: Started,
  command: readonly string[],
  timeoutMs: number
): Promise<{ readonly code: number; readonly output: string; readonly timedOut: boolean }> {
  const argv = running.place.enter(command, running.workingDirectory)
  return new Promise((resolve) => {
    const child = spawn(argv[0] as string, argv.slice(1), { cwd: '/', env: running.env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    let output = ''
    let timedOut = false
    const keep = (text: string): void => {
      if (output.length < 10_240) output += text
    }
    child.stdout.setEncoding('utf8').on('data', keep)
    child.stderr.setEncoding('utf8').on('data', keep)
    const timer = setTimeout(() => {
      timedOut = true
      if (child.pid !== undefined) signal(-child.pid, 'SIGKILL')
    }, timeoutMs)
    child.on('error', (error) => {
      clearTimeout(timer)
      resolve({ code: 127, output: error.message, timedOut })
    })
    // Not 'close': a command that leaves a process with its output behind has ended all the same.
    child.on('exit', (code) => {
      clearTimeout(timer)
      setImmediate(() => {
        child.stdout.destroy()
        child.stderr.destroy()
        resolve({ code: code ?? 137, output, timedOut })
      })
    })
  })
}
