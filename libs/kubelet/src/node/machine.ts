/** What is to be known of this machine, from the files that a kubelet reads too. */
import { existsSync, readFileSync, statfsSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'

/** What does not change while the machine runs. */
export interface MachineFacts {
  readonly cores: number
  readonly memoryBytes: number
  readonly diskBytes: number
  readonly bootId: string
  readonly machineId: string
  readonly systemUuid: string
  readonly kernel: string
  readonly osImage: string
}

/** What is left of it. */
export interface MachineRoom {
  readonly memoryBytes: number
  readonly diskBytes: number
  readonly diskTotalBytes: number
  readonly inodes: number
  readonly inodesTotal: number
  readonly processes: number
}

const textOf = (file: string): string => {
  try {
    return existsSync(file) ? readFileSync(file, 'utf8').trim() : ''
  } catch {
    // Not for this user's eyes: the product's UUID is root's.
    return ''
  }
}

/** `directory` is on the disk that pods write to. */
export function machineFacts(directory: string): MachineFacts {
  const disk = statfsSync(directory)
  const machineId = textOf('/etc/machine-id')
  return {
    cores: cpus().length,
    memoryBytes: totalmem(),
    diskBytes: disk.blocks * disk.bsize,
    bootId: textOf('/proc/sys/kernel/random/boot_id'),
    machineId,
    systemUuid: textOf('/sys/class/dmi/id/product_uuid') || machineId,
    kernel: release(),
    osImage: /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(textOf('/etc/os-release'))?.[1] ?? 'Linux'
  }
}

/** Reads four small files; cheap enough for every 10 s. */
export function machineRoom(directory: string): MachineRoom {
  const disk = statfsSync(directory)
  const available = Number(/^MemAvailable:\s+(\d+)/m.exec(textOf('/proc/meminfo'))?.[1] ?? 0)
  const most = Number(textOf('/proc/sys/kernel/pid_max') || 32_768)
  const running = Number(/\/(\d+)/.exec(textOf('/proc/loadavg'))?.[1] ?? 0)
  return {
    memoryBytes: available * 1_024,
    diskBytes: disk.bavail * disk.bsize,
    diskTotalBytes: disk.blocks * disk.bsize,
    inodes: disk.ffree,
    inodesTotal: disk.files,
    processes: most - running
  }
}
