/**
 * Pseudo-terminals without native code: script(1) of util-linux, which every Linux has, makes one and copies its bytes to a pipe; stty(1) of coreutils
 * tells it its size. The program that is wrapped may be any that enters a container: the terminal is made outside.
 */
import { spawn } from 'node:child_process'
import { readFileSync, readlinkSync } from 'node:fs'
import { quote } from '../process/mount-plan.ts'
import { signal } from '../process/process-identity.ts'

/** What to start instead of a program so that it has a terminal. */
export interface Wrapped {
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** The program in a new terminal. Its exit code stays; a signal's is 128 + its number. */
export function inTerminal(argv: readonly string[], env: Readonly<Record<string, string>>): Wrapped {
  const { SHELL: shell, ...others } = env
  // script runs what SHELL names, which may only be there in the container; echo it leaves off when its own input is no terminal.
  const restored = shell === undefined ? '' : `export SHELL=${quote(shell)}; `
  const line = `${restored}stty echo; exec ${argv.map(quote).join(' ')}`
  return { argv: ['script', '-qefc', line, '/dev/null'], env: { TERM: 'xterm', ...others } }
}

/** A terminal that {@link inTerminal} made. */
export class Terminal {
  readonly #pid: number
  #wanted: { readonly columns: number; readonly rows: number } | undefined
  #telling = false

  /** `pid` is the wrapper's. */
  constructor(pid: number) {
    this.#pid = pid
  }

  /** The program's own pid, leader of a session and of a process group; undefined before it runs, and when it is gone. */
  get program(): number | undefined {
    try {
      const [child] = readFileSync(`/proc/${this.#pid}/task/${this.#pid}/children`, 'latin1').split(' ')
      return child === undefined || child === '' ? undefined : Number(child)
    } catch {
      // It has ended.
      return undefined
    }
  }

  /** Signals the program's process group; the wrapper's when there is no program. */
  signal(name: NodeJS.Signals): void {
    const { program } = this
    if (program === undefined || !signal(-program, name)) signal(-this.#pid, name)
  }

  /** Tells the terminal its size in characters; its foreground process hears SIGWINCH. Of several at once the last one counts. */
  resize(columns: number, rows: number): void {
    this.#wanted = { columns, rows }
    if (!this.#telling) this.#tell(100)
  }

  /** The terminal is there a moment after its wrapper: looks for it `attempts` times. */
  #tell(attempts: number): void {
    const wanted = this.#wanted
    if (wanted === undefined) return
    const device = this.#device()
    if (device === undefined) {
      this.#telling = attempts > 0
      if (attempts > 0) setTimeout(() => this.#tell(attempts - 1), 20).unref()
      return
    }
    this.#wanted = undefined
    this.#telling = true
    const argv = ['-F', device, 'cols', String(wanted.columns), 'rows', String(wanted.rows)]
    const again = (): void => {
      this.#telling = false
      this.#tell(0)
    }
    // Without stty, or when the program has just ended, the size stays as it is.
    spawn('stty', argv, { stdio: 'ignore' }).on('error', again).on('exit', again)
  }

  #device(): string | undefined {
    const { program } = this
    if (program === undefined) return undefined
    try {
      const link = readlinkSync(`/proc/${program}/fd/0`)
      return /^\/dev\/pts\/\d+$/.test(link) ? link : undefined
    } catch {
      // Just starting, or just ended.
      return undefined
    }
  }
}
