/** What a run of standalone has on the machine outside its own process: to be found again when it should be gone. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, readlinkSync } from 'node:fs'
import { descendants } from './processes.ts'

export interface Belongings {
  /** `pid start`: a pid alone may be used again. */
  readonly processes: readonly string[]
  /** The bridge and the wires of its pods. */
  readonly devices: readonly string[]
  /** `net:[inode]` of its pods. */
  readonly networks: readonly string[]
  /** Lines of /proc/mounts that name its directory. */
  readonly mounts: readonly string[]
  readonly directories: readonly string[]
}

interface Link {
  readonly ifname: string
  readonly ifindex: number
  readonly ifalias?: string
  readonly master?: string
}

/** Everything of the standalone with process `pid`, whose state is in `directory`. */
export function belongingsOf(pid: number, directory: string): Belongings {
  const processes = descendants(pid)
  const links = allLinks()
  const bridges = links.filter(({ ifalias = '' }) => ifalias.startsWith(`knative-ts ${pid} `)).map(({ ifname }) => ifname)
  const own = networkOf(process.pid)
  return {
    processes: processes.flatMap((found) => identityOf(found.pid) ?? []),
    // A name may be given again; the index is not.
    devices: links.filter(({ ifname, master = '' }) => bridges.includes(ifname) || bridges.includes(master)).map(deviceOf),
    networks: [...new Set(processes.flatMap((found) => networkOf(found.pid) ?? []))].filter((network) => network !== own),
    mounts: mountsOf(directory),
    directories: [directory]
  }
}

/** Those that are still there. An empty object means that nothing is. `directory`: whether the state directory counts. */
export function leftOf(belongings: Belongings, directory: boolean): Partial<Record<keyof Belongings, readonly string[]>> {
  const devices = new Set(allLinks().map(deviceOf))
  // The kernel gives the number of a namespace that is gone to the next one: only what a mount keeps alive without any process tells of a leak.
  const mounted = readFileSync('/proc/self/mountinfo', 'utf8')
  const left = {
    processes: belongings.processes.filter((identity) => identityOf(Number(identity.split(' ')[0])) === identity),
    devices: belongings.devices.filter((device) => devices.has(device)),
    networks: belongings.networks.filter((network) => mounted.includes(network)),
    mounts: belongings.directories.flatMap(mountsOf),
    directories: directory ? belongings.directories.filter((path) => existsSync(path)) : []
  }
  return Object.fromEntries(Object.entries(left).filter(([, found]) => found.length > 0))
}

const deviceOf = ({ ifname, ifindex }: Link): string => `${ifname} ${ifindex}`

function allLinks(): readonly Link[] {
  const { status, stdout } = spawnSync('ip', ['-j', 'link'], { encoding: 'utf8' })
  return status === 0 ? (JSON.parse(stdout) as Link[]) : []
}

const mountsOf = (directory: string): string[] =>
  readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .filter((line) => line.includes(`${directory}/`))

function networkOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`)
  } catch {
    // Ended meanwhile.
    return undefined
  }
}

function identityOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : `${pid} ${fields[19]}`
  } catch {
    // Ended meanwhile.
    return undefined
  }
}
