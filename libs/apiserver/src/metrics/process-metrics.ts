/** What Prometheus' clients tell of every process. */
import { readdir } from 'node:fs/promises'
import { family } from './exposition.ts'

const MICROS = 1_000_000
const startedAt = Date.now() / 1000 - process.uptime()

/** Descriptors that are open; undefined where the system does not tell. */
async function openDescriptors(): Promise<number | undefined> {
  try {
    return (await readdir('/proc/self/fd')).length
  } catch {
    // Only Linux has the directory: the metric is left out elsewhere.
    return undefined
  }
}

/** The exposition. */
export async function processMetrics(): Promise<string> {
  const { user, system } = process.cpuUsage()
  const descriptors = await openDescriptors()
  const one = (name: string, type: 'counter' | 'gauge', help: string, value: number | undefined) =>
    family(name, type, help, value === undefined ? [] : [`${name} ${value}`])
  return [
    one('process_cpu_seconds_total', 'counter', 'Total user and system CPU time spent in seconds.', (user + system) / MICROS),
    one('process_open_fds', 'gauge', 'Number of open file descriptors.', descriptors),
    one('process_resident_memory_bytes', 'gauge', 'Resident memory size in bytes.', process.memoryUsage.rss()),
    one('process_start_time_seconds', 'gauge', 'Start time of the process since unix epoch in seconds.', startedAt)
  ].join('')
}
