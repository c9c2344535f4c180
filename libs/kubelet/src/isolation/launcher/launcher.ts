/** The process that starts processes for the agent. See launcher-x64.s for what it is and why. */
import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { launcherCode } from './launcher-code.ts'
import { factBytes, type Failure, type Program } from './program.ts'
import { staticElf } from './static-elf.ts'

/** The launcher's own kind of fact, a failure. */
const failureKind = 1

/** Hears what a program tells. */
export interface ProgramListener {
  /** A fact that the program wrote: kinds are the program's, from 2. */
  onFact(kind: number, value: number): void
  /** A call failed; the process that made it has ended. */
  onFailure(failure: Failure): void
  /** The launcher is gone, and with it every process of its programs. */
  onLost(): void
}

export class Launcher {
  readonly #file: string
  readonly #listeners = new Map<number, { readonly program: Program; readonly listener: ProgramListener }>()
  #child: ChildProcess | undefined
  #serial = 0
  #closed = false

  /** Writes the launcher's file below `directory`, which must allow execution. */
  constructor(directory: string) {
    const code = launcherCode[process.arch]
    if (code === undefined) throw new Error(`no launcher for ${process.arch}`)
    mkdirSync(directory, { recursive: true })
    this.#file = join(directory, 'launcher')
    // A file that is being executed cannot be written, but it can be replaced.
    rmSync(this.#file, { force: true })
    writeFileSync(this.#file, staticElf(process.arch, Buffer.from(code, 'hex')))
    chmodSync(this.#file, 0o700)
  }

  /** True where this machine's processor is one that there is a launcher for. */
  static get isKnown(): boolean {
    return process.platform === 'linux' && launcherCode[process.arch] !== undefined
  }

  /** Runs a program. `listener` hears of it until {@link Launcher.forget}. */
  run(program: Program, listener: ProgramListener): number {
    const id = ++this.#serial
    this.#listeners.set(id, { program, listener })
    const child = (this.#child ??= this.#spawn())
    child.stdin?.write(program.encode(id))
    return id
  }

  /** Nothing more is to be heard of a program. */
  forget(id: number): void {
    this.#listeners.delete(id)
  }

  /** Ends the launcher, and every process that it started and that asked to end with it. */
  close(): void {
    this.#closed = true
    this.#child?.stdin?.end()
  }

  #spawn(): ChildProcess {
    if (this.#closed) throw new Error('the launcher is closed')
    const child = spawn(this.#file, [], { stdio: ['pipe', 'pipe', 'inherit'], cwd: '/', env: {}, detached: true })
    const lost = (): void => {
      if (this.#child !== child) return
      this.#child = undefined
      const heard = [...this.#listeners.values()]
      this.#listeners.clear()
      for (const { listener } of heard) listener.onLost()
    }
    child.on('error', lost)
    child.on('exit', lost)
    // A launcher that has gone reads no program: its exit tells the listeners.
    child.stdin.on('error', () => undefined)
    child.unref()
    let rest = Buffer.alloc(0)
    child.stdout.on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk])
      while (rest.length >= factBytes) {
        this.#hear(rest.subarray(0, factBytes))
        rest = rest.subarray(factBytes)
      }
    })
    return child
  }

  #hear(fact: Buffer): void {
    const [id, kind, first, second] = [0, 8, 16, 24].map((at) => Number(fact.readBigInt64LE(at))) as [number, number, number, number]
    const known = this.#listeners.get(id)
    if (known === undefined) return
    if (kind === failureKind) known.listener.onFailure(known.program.failureAt(first, -second))
    else known.listener.onFact(kind, first)
  }
}
