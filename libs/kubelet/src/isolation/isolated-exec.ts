/** Commands beside the program of an isolated container. */
import { Socket } from 'node:net'
import { PassThrough, type Readable } from 'node:stream'
import { signal } from '../process/process-identity.ts'
import type { ExecOptions, ExecSession } from '../runtime/exec-session.ts'
import { AgentTerminal } from './agent-terminal.ts'
import { type Execution, execProgram } from './container-program.ts'
import type { Launcher } from './launcher/launcher.ts'
import { type OpenPipe, type ProcessEnd, runWatched, type WatchedProcess } from './launcher/watched-process.ts'

/** Runs `execution` in the container whose first process is `pid`. */
export function execIsolated(
  launcher: Launcher,
  pid: number,
  execution: Omit<Execution, 'streams' | 'inherited'>,
  options: ExecOptions
): ExecSession {
  const wanted = { ...execution, inherited: [] }
  if (options.tty === true) {
    const terminal = new AgentTerminal(launcher)
    const program = execProgram(process.pid, pid, { ...wanted, streams: terminal.streams })
    const running = runWatched(launcher, program)
    running.catch(() => terminal.close())
    if (options.stdout !== true) terminal.output.resume()
    const streams = {
      stdin: options.stdin === true ? terminal.input : undefined,
      stdout: options.stdout === true ? terminal.output : undefined
    }
    return sessionOf(running, [terminal.output], { ...streams, stderr: undefined }, (columns, rows) => terminal.resize(columns, rows))
  }
  const stdin = new PassThrough()
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  const program = execProgram(process.pid, pid, { ...wanted, streams: { kind: 'pipes' } })
  const running = runWatched(launcher, program, (open) => {
    stdin.pipe(writingEnd(open))
    readingEnd(open, 'stdout').pipe(stdout)
    readingEnd(open, 'stderr').pipe(stderr)
  })
  running.catch(() => {
    for (const stream of [stdout, stderr]) stream.end()
  })
  if (options.stdin !== true) stdin.end()
  if (options.stdout !== true) stdout.resume()
  if (options.stderr !== true) stderr.resume()
  const streams = {
    stdin: options.stdin === true ? stdin : undefined,
    stdout: options.stdout === true ? stdout : undefined,
    stderr: options.stderr === true ? stderr : undefined
  }
  return sessionOf(running, [stdout, stderr], streams, () => undefined)
}

/** The agent's end of a container's input. Nobody need read what is written: a container may end before. */
export function writingEnd(open: OpenPipe): Socket {
  return new Socket({ fd: open('stdin'), readable: false, writable: true }).on('error', () => undefined)
}

function readingEnd(open: OpenPipe, name: 'stdout' | 'stderr'): Socket {
  return new Socket({ fd: open(name), readable: true, writable: false })
}

function sessionOf(
  running: Promise<WatchedProcess>,
  outputs: readonly Readable[],
  streams: Pick<ExecSession, 'stdin' | 'stdout' | 'stderr'>,
  resize: ExecSession['resize']
): ExecSession {
  const ended = running.then(({ ended: end }) => end).then(({ exitCode }: ProcessEnd) => exitCode)
  const drained = Promise.all(outputs.map((stream) => new Promise((resolve) => stream.once('close', resolve))))
  const exitCode = ended.then(async (code) => {
    await drained
    return code
  })
  // Whoever is interested in one of them learns of a failure there.
  ended.catch(() => undefined)
  return {
    ...streams,
    exitCode,
    ended,
    resize,
    kill() {
      running.then(
        ({ pid }) => signal(-pid, 'SIGKILL'),
        () => undefined
      )
    }
  }
}
