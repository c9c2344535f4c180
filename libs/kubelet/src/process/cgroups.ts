/** Control groups of pods and containers: limits, shares and counts, where they can be written (root; versions 1 and 2). */
import { existsSync, readdirSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { type GroupLimits, type Hierarchy, hierarchyOf } from './cgroup-hierarchy.ts'

export type { GroupLimits } from './cgroup-hierarchy.ts'

/** The group of one run of a container. */
export interface ContainerGroup {
  /** cgroup.procs files: what is written into all of them is in the group. */
  readonly files: readonly string[]
  /** Directory of the group by the name that its hierarchy has below /sys/fs/cgroup; '' for version 2. */
  readonly directories: Readonly<Record<string, string>>
  /** True when memory is limited here, and not only counted. */
  readonly limitsMemory: boolean
  /** True when the kernel killed something in the group for memory. */
  ranOut(): boolean
  usage(): { readonly cpuNanoSeconds: number; readonly memoryBytes: number } | undefined
  /** Removes the group; one in which a straggler still runs stays until the next start of the agent finds it empty. */
  remove(): void
}

/** Makes the groups of containers, each below one of its pod. */
export interface Cgroups {
  /** Undefined where none can be made. */
  open(pod: string, container: string, limits: GroupLimits): ContainerGroup | undefined
}

/** Directory below the root of each hierarchy that holds the groups of a node agent. Each has its own: who cleans up must not take another's away. */
const parentOf = (agent: string): string => join('knative-ts', agent)
/** Processes of one pod: what keeps a fork bomb from taking the machine's last process id. */
const podProcesses = 16_384

/** Finds out which version this machine offers. `agent` names the node agent; `root` is another directory in tests. */
export function openCgroups(agent: string, root = '/sys/fs/cgroup'): Cgroups {
  const parent = parentOf(agent)
  const hierarchy = hierarchyOf(root)
  let usable: boolean | undefined
  const open = (pod: string, container: string, limits: GroupLimits): ContainerGroup | undefined => {
    usable ??= attempt(() => {
      hierarchy.prepare('knative-ts')
      hierarchy.prepare(parent)
    })
    if (!usable) return undefined
    const podGroup = join(parent, pod)
    const made = attempt(() => {
      hierarchy.make(podGroup, { processes: podProcesses })
      hierarchy.delegate(podGroup)
    })
    return made ? groupAt(hierarchy, podGroup, join(podGroup, container), limits) : undefined
  }
  return { open }
}

function groupAt(hierarchy: Hierarchy, podGroup: string, group: string, limits: GroupLimits): ContainerGroup | undefined {
  if (!attempt(() => hierarchy.make(group, {}))) return undefined
  const limitsMemory = limits.memoryBytes === undefined || attempt(() => hierarchy.make(group, { memoryBytes: limits.memoryBytes }))
  attempt(() => hierarchy.make(group, { ...limits, memoryBytes: undefined }))
  const directories = Object.fromEntries(hierarchy.names.map((name) => [name, hierarchy.directory(name, group)]))
  return {
    directories,
    limitsMemory,
    files: Object.values(directories).map((directory) => join(directory, 'cgroup.procs')),
    ranOut: () => hierarchy.outOfMemory(group),
    usage: () => hierarchy.usage(group),
    remove() {
      for (const each of [group, podGroup]) for (const name of hierarchy.names) attempt(() => rmdirSync(hierarchy.directory(name, each)))
    }
  }
}

function attempt(action: () => void): boolean {
  try {
    action()
    return true
  } catch {
    // Not root, not delegated, in use, or no such controller: the caller has another way.
    return false
  }
}

/** Removes the groups of a node agent in which nothing runs any more. */
export function removeEmptyGroups(agent: string, root = '/sys/fs/cgroup'): void {
  const hierarchy = hierarchyOf(root)
  for (const name of hierarchy.names) {
    const base = hierarchy.directory(name, parentOf(agent))
    if (!existsSync(base)) continue
    for (const pod of directoriesIn(base)) {
      for (const container of directoriesIn(pod)) removeIfEmpty(container)
      removeIfEmpty(pod)
    }
    removeIfEmpty(base)
  }
}

function directoriesIn(directory: string): string[] {
  try {
    return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [join(directory, entry.name)] : []))
  } catch (error) {
    // Another agent removed it just now.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

function removeIfEmpty(group: string): void {
  try {
    rmdirSync(group)
  } catch (error) {
    // In use, another user's, or removed by another agent just now.
    if (!['EBUSY', 'EACCES', 'EPERM', 'ENOENT', 'ENOTEMPTY'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}
