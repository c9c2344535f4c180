import { constants, openSync } from 'node:fs'
import { PassThrough, type Readable, Writable } from 'node:stream'
import { ReadStream } from 'node:tty'
import { resizeProgram } from './container-program.ts'
import type { Launcher } from './launcher/launcher.ts'

const usualSize = { columns: 80, rows: 24 }

/** A pseudo-terminal whose master is a descriptor of the agent, and whose slave a program of the launcher takes. */
export class AgentTerminal {
  readonly input: Writable
  /** Ends when nobody has the slave open any more. */
  readonly output: Readable
  readonly #launcher: Launcher
  readonly #master: number
  readonly #stream: ReadStream

  constructor(launcher: Launcher) {
    this.#launcher = launcher
    this.#master = openSync('/dev/ptmx', constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK)
    this.#stream = new ReadStream(this.#master)
    const output = new PassThrough()
    this.output = output
    this.#stream.on('data', (chunk: Buffer) => {
      if (!output.write(chunk)) this.#stream.pause()
    })
    output.on('drain', () => this.#stream.resume())
    // Reading from a terminal that the last program has left is an error (EIO): its end.
    this.#stream.on('error', () => this.#stream.destroy())
    this.#stream.on('close', () => output.end())
    this.input = new Writable({
      write: (chunk: Buffer, _, done) => {
        this.#stream.write(chunk, () => done())
      }
    })
  }

  /** For programs. */
  get streams() {
    return { kind: 'terminal', master: this.#master, ...usualSize } as const
  }

  /** Sets the size, in characters; the foreground process hears SIGWINCH. */
  resize(columns: number, rows: number): void {
    if (this.#stream.destroyed) return
    const program = resizeProgram(process.pid, this.#master, columns, rows)
    const id = this.#launcher.run(program, {
      onFact: () => undefined,
      // The terminal has gone meanwhile.
      onFailure: () => this.#launcher.forget(id),
      onLost: () => undefined
    })
  }

  close(): void {
    this.#stream.destroy()
  }
}
