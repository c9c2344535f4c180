import { readFileSync } from 'node:fs'

/** What a process holds in memory now, in MiB. Throws when it has ended. */
export function rssMiB(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  if (kib === undefined) throw new Error(`process ${pid} has ended`)
  return Number(kib) / 1024
}
