import { readFileSync } from 'node:fs'

/** Linux counts in hundredths of a second for whoever reads /proc. */
const ticksPerSecond = 100

/** Processor time that a process has used, user and system, all its threads. Throws when it has ended. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The name stands in brackets and may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}
