/** What a container sees beside its root filesystem: kernel file systems and binds, with their places. Pure. */
import { posix } from 'node:path'
import { kernel } from './kernel.ts'

/** A file system of the kernel's, mounted in the container. */
export interface KernelMount {
  readonly kind: 'kernel'
  readonly type: string
  readonly target: string
  readonly flags: number
  readonly options: string
}

/** A file or directory of the host, shown in the container. */
export interface HostMount {
  readonly kind: 'host'
  /** Absolute path on the host. */
  readonly source: string
  /** When set, `source` must not lead out of this directory, whatever symbolic links are on the way. */
  readonly within?: string | undefined
  readonly target: string
  readonly file: boolean
  readonly readOnly: boolean
}

export type ContainerMount = KernelMount | HostMount

/** What is hidden or cannot be written in /proc and /sys of an ordinary container: containerd's lists. */
export const maskedPaths = [
  '/proc/asound',
  '/proc/acpi',
  '/proc/interrupts',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/sys/firmware',
  '/sys/devices/virtual/powercap'
]
export const readOnlyPaths = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger']

const { MS_NODEV, MS_NOEXEC, MS_NOSUID, MS_RDONLY, MS_STRICTATIME } = kernel
const mount = (type: string, target: string, flags: number, options = ''): KernelMount => ({ kind: 'kernel', type, target, flags, options })

/** The file systems that every container has, in order. */
export function kernelMounts(privileged: boolean): KernelMount[] {
  const readOnly = privileged ? 0 : MS_RDONLY
  return [
    mount('proc', '/proc', MS_NOSUID | MS_NOEXEC | MS_NODEV),
    mount('tmpfs', '/dev', MS_NOSUID | MS_STRICTATIME, 'mode=755,size=65536k'),
    mount('devpts', '/dev/pts', MS_NOSUID | MS_NOEXEC, 'newinstance,ptmxmode=0666,mode=0620,gid=5'),
    mount('mqueue', '/dev/mqueue', MS_NOSUID | MS_NOEXEC | MS_NODEV),
    mount('sysfs', '/sys', MS_NOSUID | MS_NOEXEC | MS_NODEV | readOnly)
  ]
}

/** Devices of a container: path, major, minor. */
export const devices: readonly (readonly [string, number, number])[] = [
  ['/dev/null', 1, 3],
  ['/dev/zero', 1, 5],
  ['/dev/full', 1, 7],
  ['/dev/random', 1, 8],
  ['/dev/urandom', 1, 9],
  ['/dev/tty', 5, 0]
]

/** Links in /dev: path, what it leads to. */
export const deviceLinks: readonly (readonly [string, string])[] = [
  ['/dev/fd', '/proc/self/fd'],
  ['/dev/stdin', '/proc/self/fd/0'],
  ['/dev/stdout', '/proc/self/fd/1'],
  ['/dev/stderr', '/proc/self/fd/2'],
  ['/dev/ptmx', 'pts/ptmx']
]

/** Mounts such that none hides another that was meant to be below it: by depth, otherwise as given; the last of two at one place wins. */
export function inOrder(mounts: readonly HostMount[]): HostMount[] {
  const at = new Map(mounts.map((each) => [posix.normalize(each.target).replace(/(?<=.)\/$/, ''), each]))
  const depth = (path: string): number => path.split('/').length
  return [...at].map(([target, each]) => ({ ...each, target })).toSorted((a, b) => depth(a.target) - depth(b.target))
}

/** `/a`, `/a/b`, `/a/b/c` for `/a/b/c`. */
export function ancestry(path: string): string[] {
  const parts = posix.normalize(path).split('/').filter(Boolean)
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`)
}
