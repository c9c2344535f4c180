import { readFileSync, readdirSync, readlinkSync } from 'node:fs'

/**
 * When a process began, in clock ticks since boot: with the pid it names a process for good, for pids are used again.
 * Undefined when there is no such process, or it is a zombie that only waits to be reaped.
 */
export function startTimeOf(pid: number): string | undefined {
  try {
    // The second field is the program's name in parentheses, and may itself hold spaces and parentheses.
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19]
  } catch {
    // Gone is an answer, not a failure.
    return undefined
  }
}

/** True while the process that was recorded still lives. */
export const isAlive = (pid: number, startTime: string): boolean => startTimeOf(pid) === startTime

/** Live processes whose environment, as of their start, holds `variable=value`. */
export function processesMarked(variable: string, value: string): number[] {
  const wanted = `${variable}=${value}`
  return pids().filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(wanted) && startTimeOf(pid) !== undefined
    } catch {
      // Ended meanwhile, or another user's: not ours.
      return false
    }
  })
}

/** Live processes in the network namespace `net:[inode]`. */
export function processesInNetwork(namespace: string): number[] {
  return pids().filter((pid) => networkOf(pid) === namespace && startTimeOf(pid) !== undefined)
}

/** `net:[inode]` of a process; undefined when it is gone. */
export function networkOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`)
  } catch {
    // Gone, or another user's.
    return undefined
  }
}

function pids(): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 1 && pid !== process.pid)
}

/** Sends a signal to a process (or, negative, a process group). False when there is none any more. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}
