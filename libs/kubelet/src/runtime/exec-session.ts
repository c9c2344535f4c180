import type { Readable, Writable } from 'node:stream'

/** Which streams an exec wants. With `tty`, output and errors are one stream and the command has a terminal. */
export interface ExecOptions {
  readonly stdin?: boolean
  readonly stdout?: boolean
  readonly stderr?: boolean
  readonly tty?: boolean
}

/** A command that runs in a container. Streams that were not asked for are undefined. */
export interface ExecSession {
  readonly stdin: Writable | undefined
  readonly stdout: Readable | undefined
  readonly stderr: Readable | undefined
  /** Exit code once the output has ended too; 128 + n after a signal. Rejects when the command cannot be started. */
  readonly exitCode: Promise<number>
  /** The same when the command itself has ended: processes that it left behind may still hold its output. */
  readonly ended: Promise<number>
  /** Tells the terminal of a `tty` session its size, in characters; nothing without one. */
  resize(columns: number, rows: number): void
  /** Ends the command and its process group: the client has gone. */
  kill(): void
}
