/** Runs programs that make a process and watch it, and tells of it as promises. */
import { constants, openSync, writeSync, closeSync } from 'node:fs'
import { constants as osConstants } from 'node:os'
import type { Launcher } from './launcher.ts'
import { factKinds, pipeNumbers } from './preamble.ts'
import type { Failure, Program } from './program.ts'

/** A call of the program failed before it had executed what it was made for. */
export class ProgramFailure extends Error {
  readonly failure: Failure
  constructor(failure: Failure) {
    const what = failure.doing === '' ? failure.call : failure.doing
    // That already says why.
    super(what.endsWith('not found in $PATH') ? what : `${what}: ${errnoText(failure.errno)}`)
    this.failure = failure
  }
}

/** How a process ended; `signal` is the number, and then `exitCode` is 128 + it. */
export interface ProcessEnd {
  readonly exitCode: number
  readonly signal: number | undefined
}

/** A process that has executed its program. */
export interface WatchedProcess {
  readonly pid: number
  readonly ended: Promise<ProcessEnd>
}

/** Opens one end of a pipe of the program's; each may be opened once. */
export type OpenPipe = (name: 'stdin' | 'stdout' | 'stderr') => number

/**
 * Runs the program until its process executes. `onPipes` must open the ends that the agent wants, if the program makes pipes. Rejects with
 * {@link ProgramFailure}.
 */
export function runWatched(launcher: Launcher, program: Program, onPipes?: (open: OpenPipe) => void): Promise<WatchedProcess> {
  return new Promise((resolve, reject) => {
    const { promise: ended, resolve: end } = Promise.withResolvers<ProcessEnd>()
    let failed: Failure | undefined
    const id = launcher.run(program, {
      onFailure(failure) {
        failed = failure
        // Whoever cleans up behind it must find it gone.
        if (failure.isWatched) return
        launcher.forget(id)
        reject(new ProgramFailure(failure))
      },
      onFact(kind, value) {
        if (kind === factKinds.started && failed === undefined) resolve({ pid: value, ended })
        else if (kind === factKinds.pipesReady) openPipes(value, onPipes, reject)
        else if (kind === factKinds.ended) {
          launcher.forget(id)
          if (failed !== undefined) reject(new ProgramFailure(failed))
          end(endOf(value & 0xffff))
        }
      },
      onLost() {
        reject(new Error('the launcher of containers has ended'))
        end({ exitCode: 128 + osConstants.signals.SIGKILL, signal: osConstants.signals.SIGKILL })
      }
    })
  })
}

function openPipes(watcher: number, onPipes: ((open: OpenPipe) => void) | undefined, reject: (error: Error) => void): void {
  const open = (number: number, flags: number): number => openSync(`/proc/${watcher}/fd/${number}`, flags | constants.O_NONBLOCK)
  try {
    onPipes?.((name) => (name === 'stdin' ? open(pipeNumbers.stdin + 1, constants.O_WRONLY) : open(pipeNumbers[name], constants.O_RDONLY)))
    const proceed = open(pipeNumbers.proceed + 1, constants.O_WRONLY)
    writeSync(proceed, '1')
    closeSync(proceed)
  } catch (error) {
    // The watcher was killed meanwhile.
    reject(error as Error)
  }
}

/** wait(2)'s status: the signal in the lower seven bits, else the code in the second byte. */
function endOf(status: number): ProcessEnd {
  const signal = status & 0x7f
  return signal === 0 ? { exitCode: status >> 8, signal: undefined } : { exitCode: 128 + signal, signal }
}

const texts: Readonly<Record<string, string>> = {
  EPERM: 'operation not permitted',
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  ENOEXEC: 'exec format error',
  ENOTDIR: 'not a directory',
  EINVAL: 'invalid argument',
  ENODEV: 'no such device',
  EXDEV: 'invalid cross-device link',
  ELOOP: 'too many levels of symbolic links',
  ENOSPC: 'no space left on device',
  EAGAIN: 'resource temporarily unavailable',
  ENOMEM: 'cannot allocate memory',
  EROFS: 'read-only file system',
  E2BIG: 'argument list too long'
}

/** The C library's words, as container runtimes print them. */
function errnoText(errno: number): string {
  const name = Object.entries(osConstants.errno).find(([, number]) => number === errno)?.[0] ?? String(errno)
  return texts[name] ?? `error ${name}`
}
