/** What each process of a standalone costs: the one that is API server, controllers and node agent, and those of the roles. */
import { descendants } from '../../rig/processes.ts'
import type { StandaloneProcess } from '../../rig/standalone-process.ts'
import { cpuSeconds } from './pod-processes.ts'
import { rssMiB } from './rss.ts'

/** Pids by role; `apiserver` is the standalone itself. Throws when a role that must be there has none or more than one process. */
export function rolePids({ process }: StandaloneProcess, roles: readonly string[]): ReadonlyMap<string, number> {
  const root = process.pid ?? 0
  const all = descendants(root)
  const pidOf = (role: string): number => {
    const found = all.filter(({ command }) => command.includes(`/${role}/main.mjs`))
    if (found.length !== 1) throw new Error(`${role} has ${found.length} processes instead of one`)
    return found[0]?.pid ?? 0
  }
  return new Map([['apiserver', root], ...roles.map((role) => [role, pidOf(role)] as const)])
}

/** User and system time of each so far, in ms. */
export function processorMs(pids: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  return new Map([...pids].map(([role, pid]) => [role, cpuSeconds(pid) * 1_000]))
}

/** Resident MiB of each now. */
export function residentMiB(pids: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  return new Map([...pids].map(([role, pid]) => [role, rssMiB(pid)]))
}
