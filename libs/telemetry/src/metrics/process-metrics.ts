import { readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import type { Metrics } from './metrics.ts'

/** Metrics of the process under OpenTelemetry's names (semantic conventions, "process"). */
export function measureProcess({ meter }: Metrics): void {
  const time = meter.createObservableCounter('process.cpu.time', { description: 'Total CPU seconds broken down by state', unit: 's' })
  const utilization = meter.createObservableGauge('process.cpu.utilization', {
    description: 'CPU time since the last measurement, by elapsed time and CPUs',
    unit: '1'
  })
  const memory = meter.createObservableUpDownCounter('process.memory.usage', {
    description: 'The amount of physical memory in use',
    unit: 'By'
  })
  const files = meter.createObservableUpDownCounter('process.unix.file_descriptor.count', {
    description: 'Number of unix file descriptors in use',
    unit: '{file_descriptor}'
  })
  const uptime = meter.createObservableGauge('process.uptime', { description: 'The time the process has been running', unit: 's' })
  let last = { at: process.uptime(), user: 0, system: 0 }
  meter.addBatchObservableCallback(
    (observe) => {
      const { user, system } = process.cpuUsage()
      const at = process.uptime()
      const elapsed = (at - last.at) * 1e6 * availableParallelism()
      for (const [mode, now, before] of [
        ['user', user, last.user],
        ['system', system, last.system]
      ] as const) {
        observe.observe(time, now / 1e6, { 'cpu.mode': mode })
        if (elapsed > 0) observe.observe(utilization, (now - before) / elapsed, { 'cpu.mode': mode })
      }
      last = { at, user, system }
      observe.observe(memory, process.memoryUsage.rss())
      observe.observe(uptime, at)
      const open = openFiles()
      if (open !== undefined) observe.observe(files, open)
    },
    [time, utilization, memory, files, uptime]
  )
}

function openFiles(): number | undefined {
  try {
    return readdirSync('/proc/self/fd').length
  } catch {
    // Only Linux has them; elsewhere there is no such metric.
    return undefined
  }
}
