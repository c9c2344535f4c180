/**
 * A million events of 1 KiB taken while their subscriber refuses, then drained: what the process needed at most, and what was lost.
 * `npm run bench -- backlog [EVENTS] [--main=FILE]`
 */
import { readFileSync } from 'node:fs'
import { figure } from '../rig/figure.ts'
import { machine } from '../rig/machine.ts'
import { until } from './rig/event-load.ts'
import { onEventPlane } from './rig/on-event-plane.ts'
import { benchOptions } from './rig/options.ts'

const { pairs: events, main } = benchOptions({ pairs: 1_000_000, seconds: 1 })
const atATime = 256
const mostMs = 30 * 60_000

/** The most that a process ever had resident, in MiB. */
function peakMiB(pid: number): number {
  const kib = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  if (kib === undefined) throw new Error(`process ${pid} has ended`)
  return Number(kib) / 1024
}

const retry = { retries: 2 ** 31, policy: 'linear', delayMs: 5 }
await onEventPlane(
  { triggers: (sink) => [{ name: 't', subscriber: sink.url('/t'), retry }], main },
  async ({ plane, source, sink, allTaken }) => {
    sink.refusing = true
    const { refused, seconds } = await source.send(events, atATime)
    allTaken(refused)
    sink.refusing = false
    const begun = performance.now()
    await until(() => sink.distinct('/t') >= events, `${events} events`, mostMs)
    const drainedPerS = Math.round((events / (sink.lastAt - begun)) * 1000)
    figure('backlog', 'peak_mib', peakMiB(plane.role.pid), 'MiB', {
      goal: 192,
      events,
      taken_per_s: Math.round(events / seconds),
      ...machine()
    })
    figure('backlog', 'lost', events - sink.distinct('/t'), '', { goal: 0, twice: sink.received - events })
    figure('backlog', 'drained_per_s', drainedPerS, '/s', machine())
  }
)
