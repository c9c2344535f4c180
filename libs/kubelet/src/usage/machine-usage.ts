import { readFileSync } from 'node:fs'
import type { ContainerUsageSample } from '../runtime/container-runtime.ts'

const nanosecondsPerTick = 1e7

/** Processor time of the machine since it started, and memory that is not available to anybody else. `root` is another directory in tests. */
export function machineUsage(root = '/proc'): ContainerUsageSample {
  const line = readFileSync(`${root}/stat`, 'latin1').split('\n', 1)[0] as string
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = line.split(/\s+/).slice(1).map(Number)
  const memory = readFileSync(`${root}/meminfo`, 'latin1')
  const kibibytes = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(memory)?.[1] ?? 0)
  return {
    cpuNanoSeconds: (user + nice + system + irq + softirq + steal) * nanosecondsPerTick,
    memoryBytes: (kibibytes('MemTotal') - kibibytes('MemAvailable')) * 1_024
  }
}
