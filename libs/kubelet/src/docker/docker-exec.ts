/** Commands that run beside a container's program in a Docker engine. */
import type { Container } from 'dockerode'
import type { Duplex, Readable, Writable } from 'node:stream'
import { PassThrough } from 'node:stream'
import { finished } from 'node:stream/promises'
import { demultiplex } from './demultiplex.ts'
import { signal } from '../process/process-identity.ts'
import type { ExecOptions, ExecSession } from '../runtime/exec-session.ts'

/** Starts the command; the session's streams are there at once and carry bytes as soon as the engine has started it. */
export function execInContainer(
  container: Container,
  command: readonly string[],
  { stdin, stdout, stderr, tty }: ExecOptions
): ExecSession {
  const input = new PassThrough()
  const output = new PassThrough()
  const errors = new PassThrough()
  if (stdout !== true) output.resume()
  if (stderr !== true || tty === true) errors.resume()
  let stopped = false
  let stream: Duplex | undefined
  let size: { w: number; h: number } | undefined
  const made = container.exec({
    Cmd: [...command],
    AttachStdin: stdin === true,
    AttachStdout: true,
    AttachStderr: true,
    Tty: tty === true
  })
  const run = async (): Promise<number> => {
    const exec = await made
    stream = (await exec.start({ hijack: true, stdin: stdin === true, Tty: tty === true })) as Duplex
    if (stopped) stream.destroy()
    if (size !== undefined) await exec.resize(size)
    if (tty === true) stream.pipe(output, { end: false })
    else demultiplex(container, stream, output, errors)
    // The client may end its input before the command ends: the other direction stays.
    if (stdin === true) input.pipe(stream)
    // However the stream ends, the engine knows how the command did: it is asked next.
    await finished(stream, { writable: false, error: !stopped }).catch(() => undefined)
    output.end()
    errors.end()
    const { ExitCode } = await exec.inspect()
    return ExitCode ?? 137
  }
  const exitCode = run()
  exitCode.catch(() => {
    output.end()
    errors.end()
  })
  return {
    stdin: stdin === true ? (input as Writable) : undefined,
    stdout: stdout === true ? (output as Readable) : undefined,
    stderr: stderr === true && tty !== true ? (errors as Readable) : undefined,
    exitCode,
    ended: exitCode,
    resize(columns, rows) {
      size = { w: columns, h: rows }
      // A command that has ended has no terminal any more, and one that could not be made tells it by its exit code.
      if (stream !== undefined) void made.then((exec) => exec.resize(size as { w: number; h: number })).catch(() => undefined)
    },
    kill() {
      stopped = true
      stream?.destroy()
      void made
        .then((exec) => exec.inspect())
        .then(
          ({ Pid, Running }) => {
            if (Running && Pid > 0) signal(Pid, 'SIGKILL')
          },
          // Never made, or forgotten since: there is nothing to end.
          () => undefined
        )
    }
  }
}
