import { readFileSync } from 'node:fs'
import { descendants } from './processes.ts'
import type { StandaloneProcess } from './standalone-process.ts'

/** Resident MiB of every process of the data path, by its pid and role. */
export function residentMiB(standalone: StandaloneProcess): Map<string, number> {
  const roles = /\/(gateway|activator|queue-proxy)\/main\.mjs$/
  return new Map(
    descendants(standalone.process.pid ?? 0).flatMap(({ pid, command }) => {
      const role = roles.exec(command)?.[1]
      return role === undefined ? [] : [[`${role} ${pid}`, residentOf(pid)]]
    })
  )
}

function residentOf(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
  } catch {
    // Ended meanwhile.
    return 0
  }
}
