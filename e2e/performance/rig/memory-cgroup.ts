import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

export interface MemoryCgroup {
  /** A program and its arguments that run another program inside: `[...inside, program, ...]`. */
  readonly inside: readonly string[]
  /** Processes that the kernel has killed in it. */
  kills(): number
  /** Most bytes that were ever used. */
  peak(): number
  /** Its processes have ended. */
  remove(): Promise<void>
}

interface Files {
  readonly limit: string
  readonly peak: string
  /** Has a line `oom_kill N`. */
  readonly events: string
}

const filesOf = {
  1: { limit: 'memory.limit_in_bytes', peak: 'memory.max_usage_in_bytes', events: 'memory.oom_control' },
  2: { limit: 'memory.max', peak: 'memory.peak', events: 'memory.events' }
} as const satisfies Readonly<Record<number, Files>>

/** A memory cgroup of so many bytes, of version 1 or 2, below the one that this process is in. Throws with what to do where none can be made. */
export function memoryCgroup(bytes: number): MemoryCgroup {
  const { parent, version } = parentCgroup()
  const files = filesOf[version]
  const path = join(parent, `knative-ts-${process.pid}`)
  try {
    mkdirSync(path)
    if (!existsSync(join(path, files.limit))) writeFileSync(join(parent, 'cgroup.subtree_control'), '+memory')
    writeFileSync(join(path, files.limit), String(bytes))
  } catch (error) {
    if (existsSync(path)) rmdirSync(path)
    throw new Error(`no memory cgroup can be made in ${parent} (${(error as Error).message}): run this as root, with cgroups writable`, {
      cause: error
    })
  }
  const read = (file: string): string => readFileSync(join(path, file), 'utf8')
  return {
    inside: ['sh', '-c', 'echo $$ > "$0" && exec "$@"', join(path, 'cgroup.procs')],
    kills: () => Number(/^oom_kill (\d+)$/m.exec(read(files.events))?.[1] ?? 0),
    peak: () => Number(read(files.peak)),
    remove: async () => {
      const deadline = performance.now() + 5_000
      // A process that has been waited for may still be listed for a moment.
      while (read('cgroup.procs') !== '' && performance.now() < deadline) await delay(10)
      rmdirSync(path)
    }
  }
}

/** Where a child can be made: beside our processes in version 1; in version 2 at the root, since no cgroup has both processes and controllers. */
function parentCgroup(): { readonly parent: string; readonly version: 1 | 2 } {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => {
      const [fields = '', more = ''] = line.split(' - ')
      const [type = '', , options = ''] = more.split(' ')
      const [, , , root = '', point = ''] = fields.split(' ')
      return { type, root, point, options: options.split(',') }
    })
  const own = readFileSync('/proc/self/cgroup', 'utf8')
  const first = mounts.find(({ type, options }) => type === 'cgroup' && options.includes('memory'))
  const path = /^\d+:(?:[^:]*,)?memory(?:,[^:]*)?:(.*)$/m.exec(own)?.[1]
  if (first !== undefined && path !== undefined) {
    return { parent: join(first.point, first.root === '/' ? path : path.slice(first.root.length)), version: 1 }
  }
  const second = mounts.find(({ type }) => type === 'cgroup2')
  if (second === undefined) throw new Error('no cgroup file system is mounted: mount one, or run this elsewhere')
  return { parent: second.point, version: 2 }
}
