/** Memory limits by control groups, where they can be written (root; version 1 and 2). */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Makes and removes the groups of containers. */
export interface Cgroups {
  /** A directory whose cgroup.procs limits what is written into it; undefined where none can be made. */
  limit(name: string, bytes: number): string | undefined
  /** True when the kernel killed something in the group for memory. */
  ranOut(group: string): boolean
  remove(group: string): void
}

const parent = 'knative-ts'

/** Finds out which version this machine offers. */
export function openCgroups(root = '/sys/fs/cgroup'): Cgroups {
  const version1 = join(root, 'memory')
  if (existsSync(join(version1, 'memory.limit_in_bytes'))) {
    return cgroupsAt(
      join(version1, parent),
      { limit: 'memory.limit_in_bytes', swap: 'memory.memsw.limit_in_bytes', events: 'memory.oom_control' },
      () => undefined
    )
  }
  const files = { limit: 'memory.max', swap: 'memory.swap.max', events: 'memory.events' }
  return cgroupsAt(join(root, parent), files, () => {
    writeFileSync(join(root, 'cgroup.subtree_control'), '+memory')
    writeFileSync(join(root, parent, 'cgroup.subtree_control'), '+memory')
  })
}

interface Files {
  readonly limit: string
  readonly swap: string
  readonly events: string
}

function cgroupsAt(base: string, files: Files, enable: () => void): Cgroups {
  let usable: boolean | undefined
  const attempt = (action: () => void): boolean => {
    try {
      action()
      return true
    } catch {
      // Not root, not delegated, or no such controller: the caller has another way.
      return false
    }
  }
  return {
    limit(name, bytes) {
      usable ??= attempt(() => {
        mkdirSync(base, { recursive: true })
        enable()
      })
      if (!usable) return undefined
      const group = join(base, name)
      const limited = attempt(() => {
        mkdirSync(group, { recursive: true })
        writeFileSync(join(group, files.limit), String(Math.floor(bytes)))
      })
      if (!limited) return undefined
      // Without swap accounting there is no such file, and nothing to forbid.
      const swap = join(group, files.swap)
      if (existsSync(swap)) attempt(() => writeFileSync(swap, files.swap === 'memory.swap.max' ? '0' : String(Math.floor(bytes))))
      return group
    },
    ranOut(group) {
      const events = join(group, files.events)
      return existsSync(events) && /^oom_kill [1-9]/m.test(readFileSync(events, 'utf8'))
    },
    remove(group) {
      // A group in which a straggler still runs stays until the next start of the agent finds it empty.
      attempt(() => rmdirSync(group))
    }
  }
}

/** Removes groups of ours in which nothing runs any more. */
export function removeEmptyGroups(root = '/sys/fs/cgroup'): void {
  for (const base of [join(root, 'memory', parent), join(root, parent)]) {
    if (!existsSync(base)) continue
    for (const entry of readdirSync(base, { withFileTypes: true })) {
      if (!entry.isDirectory()) continue
      try {
        rmdirSync(join(base, entry.name))
      } catch (error) {
        // In use, another user's, or removed by another agent just now.
        if (!['EBUSY', 'EACCES', 'EPERM', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
      }
    }
  }
}
