/** Starts one container's program. */
import { type ChildProcess, spawn } from 'node:child_process'
import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { constants as osConstants } from 'node:os'
import { isAbsolute, join } from 'node:path'
import type { Writable } from 'node:stream'
import type { Place } from '../network/network.ts'
import { StartError } from '../runtime/start-error.ts'
import { inTerminal, Terminal } from '../runtime/terminal.ts'
import type { Ledger } from './ledger.ts'
import { signal } from './process-identity.ts'

/** What to start. `output` and `inherited` are file descriptors of this process; inherited ones become 3, 4, ... in the program. */
export interface Launch {
  readonly place: Place
  readonly argv: readonly string[]
  /** Words before them that give up privileges. */
  readonly privileges: readonly string[]
  readonly workingDirectory: string
  readonly env: Readonly<Record<string, string>>
  readonly output: { readonly stdout: number; readonly stderr: number }
  /** Gives the program an input that {@link RunningProgram.stdin} feeds; otherwise it has none. */
  readonly stdin: boolean
  /** Gives the program a terminal, whose output goes to `output.stdout`. */
  readonly terminal: boolean
  readonly inherited: readonly number[]
  /** cgroup.procs files that the program is put into before it runs. */
  readonly cgroupFiles: readonly string[]
}

/** How a program ended; `signal` is the number, and then `exitCode` is 128 + it. */
export interface ProgramExit {
  readonly exitCode: number
  readonly signal: number | undefined
}

/** A started program, leader of its own process group. */
export interface RunningProgram {
  readonly pid: number
  readonly exited: Promise<ProgramExit>
  readonly stdin: Writable | undefined
  /** Signals the whole process group. */
  signal(name: NodeJS.Signals): void
  /** Tells the terminal its size, in characters; nothing without one. */
  resize(columns: number, rows: number): void
}

/** Starts it. The pid is the program's own: every wrapper in between replaces itself. Throws {@link StartError}. */
export function launch(what: Launch, ledger: Ledger): Promise<RunningProgram> {
  checkProgram(what)
  const wrapped = wrapper(what)
  const entered = what.place.enter([...wrapped, ...what.privileges, ...what.argv], what.workingDirectory)
  const { argv, env } = what.terminal ? inTerminal(entered, what.env) : { argv: entered, env: what.env }
  const child: ChildProcess = spawn(argv[0] as string, argv.slice(1), {
    cwd: '/',
    env,
    // A terminal without anybody at it says nothing, which is not the end of its input.
    stdio: [what.stdin || what.terminal ? 'pipe' : 'ignore', what.output.stdout, what.output.stderr, ...what.inherited],
    detached: true
  })
  const { pid } = child
  if (pid === undefined) {
    return new Promise((_, reject) =>
      child.once('error', (error) => reject(new StartError(`failed to create containerd task: ${error.message}`)))
    )
  }
  // The program may end without reading its input.
  child.stdin?.on('error', () => undefined)
  ledger.started(pid)
  const terminal = what.terminal ? new Terminal(pid) : undefined
  const exited = new Promise<ProgramExit>((resolve) => {
    child.once('exit', (code, name) => {
      ledger.ended(pid)
      const number = name === null ? undefined : osConstants.signals[name]
      resolve({ exitCode: code ?? 128 + (number ?? 0), signal: number })
    })
  })
  return Promise.resolve({
    pid,
    exited,
    stdin: what.stdin ? (child.stdin ?? undefined) : undefined,
    signal: (name) => {
      if (terminal === undefined) signal(-pid, name)
      else terminal.signal(name)
    },
    resize: (columns, rows) => terminal?.resize(columns, rows)
  })
}

/** Joins cgroups and tells systemd-style programs that the inherited sockets are meant for them; nothing at all in the usual case. */
function wrapper({ cgroupFiles, inherited }: Launch): string[] {
  const steps = [...cgroupFiles.map((file) => `echo $$ > '${file}'`), ...(inherited.length === 0 ? [] : ['export LISTEN_PID=$$'])]
  return steps.length === 0 ? [] : ['sh', '-c', `${steps.join(' && ')} && exec "$0" "$@"`]
}

/** Throws {@link StartError}. Found out here rather than by the shell, whose exit code 127 could also be the program's own. */
export function checkProgram({ place, argv, workingDirectory, env }: Pick<Launch, 'place' | 'argv' | 'workingDirectory' | 'env'>): void {
  const program = argv[0]
  if (program === undefined || program === '') throw new StartError('no command specified')
  if (place.sharesPath(workingDirectory) && !(existsSync(workingDirectory) && statSync(workingDirectory).isDirectory())) {
    throw new StartError(`chdir to cwd ("${workingDirectory}") set in config.json failed: no such file or directory`)
  }
  const candidates = program.includes('/')
    ? [isAbsolute(program) ? program : join(workingDirectory, program)]
    : (env.PATH ?? '').split(':').map((directory) => join(directory === '' ? '.' : directory, program))
  if (candidates.some((candidate) => !place.sharesPath(candidate) || isExecutable(candidate))) return
  const why = program.includes('/')
    ? existsSync(candidates[0] as string)
      ? 'permission denied'
      : 'no such file or directory'
    : 'executable file not found in $PATH'
  throw new StartError(`exec: "${program}": ${why}`)
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    // Not there or not executable: that is the answer.
    return false
  }
}
