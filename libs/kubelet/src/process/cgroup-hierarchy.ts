/** The two versions of control groups: which files say what. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sharesOf, weightOf } from './cpu-shares.ts'

/** What a group may use. CPU in thousandths of a processor. */
export interface GroupLimits {
  readonly memoryBytes?: number | undefined
  readonly cpuMilli?: number | undefined
  /** Share of the processors when they are all wanted. */
  readonly cpuRequestMilli?: number | undefined
  readonly processes?: number | undefined
}

/** Groups by their path below the hierarchies' roots. */
export interface Hierarchy {
  /** Names of the directories below the root that each hold a hierarchy; [''] for version 2. */
  readonly names: readonly string[]
  directory(name: string, group: string): string
  /** Makes a parent of groups. Throws where that is not possible. */
  prepare(parent: string): void
  /** Lets groups below have controllers of their own. */
  delegate(group: string): void
  /** Makes a group, if it is not there, and writes its limits. Throws where that is not possible. */
  make(group: string, limits: GroupLimits): void
  outOfMemory(group: string): boolean
  usage(group: string): { readonly cpuNanoSeconds: number; readonly memoryBytes: number } | undefined
}

/** The kernel's period for CPU limits, 100 ms, in its unit. */
const periodMicros = 100_000

/** Version 1 where the memory controller has a hierarchy of its own. */
export function hierarchyOf(root: string): Hierarchy {
  return existsSync(join(root, 'memory/memory.limit_in_bytes')) ? version1(root) : version2(root)
}

const quotaOf = (milli: number): number => Math.max(1_000, Math.floor((milli * periodMicros) / 1000))

function version1(root: string): Hierarchy {
  const names = ['memory', 'cpu', 'cpuacct', 'pids'].filter((name) => existsSync(join(root, name)))
  const directory = (name: string, group: string): string => join(root, name, group)
  const write = (name: string, group: string, file: string, value: number): void => {
    if (names.includes(name)) writeFileSync(join(directory(name, group), file), String(Math.floor(value)))
  }
  return {
    names,
    directory,
    prepare(parent) {
      for (const name of names) mkdirSync(directory(name, parent), { recursive: true })
    },
    delegate: () => undefined,
    make(group, { memoryBytes, cpuMilli, cpuRequestMilli, processes }) {
      for (const name of names) mkdirSync(directory(name, group), { recursive: true })
      if (memoryBytes !== undefined) {
        write('memory', group, 'memory.limit_in_bytes', memoryBytes)
        // Without swap accounting there is no such file, and nothing to forbid.
        if (existsSync(join(directory('memory', group), 'memory.memsw.limit_in_bytes')))
          write('memory', group, 'memory.memsw.limit_in_bytes', memoryBytes)
      }
      if (cpuRequestMilli !== undefined) write('cpu', group, 'cpu.shares', sharesOf(cpuRequestMilli))
      if (cpuMilli !== undefined) {
        write('cpu', group, 'cpu.cfs_period_us', periodMicros)
        write('cpu', group, 'cpu.cfs_quota_us', quotaOf(cpuMilli))
      }
      if (processes !== undefined) write('pids', group, 'pids.max', processes)
    },
    outOfMemory: (group) => countOf(join(directory('memory', group), 'memory.oom_control'), 'oom_kill') > 0,
    usage(group) {
      const used = numberIn(join(directory('memory', group), 'memory.usage_in_bytes'))
      const cpu = numberIn(join(directory('cpuacct', group), 'cpuacct.usage'))
      if (used === undefined || cpu === undefined) return undefined
      const idle = countOf(join(directory('memory', group), 'memory.stat'), 'total_inactive_file')
      return { cpuNanoSeconds: cpu, memoryBytes: Math.max(0, used - idle) }
    }
  }
}

function version2(root: string): Hierarchy {
  const directory = (_name: string, group: string): string => join(root, group)
  const delegate = (group: string): void => writeFileSync(join(root, group, 'cgroup.subtree_control'), '+memory +cpu +pids')
  const write = (group: string, file: string, value: string): void => writeFileSync(join(root, group, file), value)
  return {
    names: [''],
    directory,
    prepare(parent) {
      // Where nothing is mounted (a sysfs of its own network namespace, say) the kernel refuses directories with ENOENT, and Node's recursive
      // mkdir tries for ever.
      if (!existsSync(join(root, 'cgroup.subtree_control'))) throw new Error(`${root} has no control groups`)
      mkdirSync(join(root, parent), { recursive: true })
      delegate('')
      delegate(parent)
    },
    delegate,
    make(group, { memoryBytes, cpuMilli, cpuRequestMilli, processes }) {
      mkdirSync(join(root, group), { recursive: true })
      if (memoryBytes !== undefined) {
        write(group, 'memory.max', String(Math.floor(memoryBytes)))
        write(group, 'memory.swap.max', '0')
        // The kubelet's choice too: a container whose process was killed for memory is of no use half alive.
        write(group, 'memory.oom.group', '1')
      }
      if (cpuRequestMilli !== undefined) write(group, 'cpu.weight', String(weightOf(cpuRequestMilli)))
      if (cpuMilli !== undefined) write(group, 'cpu.max', `${quotaOf(cpuMilli)} ${periodMicros}`)
      if (processes !== undefined) write(group, 'pids.max', String(processes))
    },
    outOfMemory: (group) => countOf(join(root, group, 'memory.events'), 'oom_kill') > 0,
    usage(group) {
      const used = numberIn(join(root, group, 'memory.current'))
      if (used === undefined) return undefined
      const idle = countOf(join(root, group, 'memory.stat'), 'inactive_file')
      const cpuNanoSeconds = countOf(join(root, group, 'cpu.stat'), 'usage_usec') * 1_000
      return { cpuNanoSeconds, memoryBytes: Math.max(0, used - idle) }
    }
  }
}

function numberIn(file: string): number | undefined {
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : undefined
}

/** The number behind `key` in a file of lines `key number`; 0 when there is none. */
function countOf(file: string, key: string): number {
  if (!existsSync(file)) return 0
  return Number(new RegExp(`^${key} (\\d+)`, 'm').exec(readFileSync(file, 'utf8'))?.[1] ?? 0)
}
