/**
 * Events of 1 KiB through broker, log (fdatasync before 202) and one trigger to a subscriber: as fast as it goes, then at half of the goal.
 * `npm run bench -- broker [TURNS] [--seconds=N] [--only=FIGURE] [--main=FILE]`
 */
import { figure } from '../rig/figure.ts'
import { machine } from '../rig/machine.ts'
import { cpuSeconds } from './rig/cpu-seconds.ts'
import { p99, until } from './rig/event-load.ts'
import { onEventPlane } from './rig/on-event-plane.ts'
import { benchOptions } from './rig/options.ts'
import { median } from './rig/pairs.ts'

const goalPerSecond = 20_000
const atATime = 256

const options = benchOptions({ pairs: 3, seconds: 5 })
const wants = (name: string): boolean => options.only.length === 0 || options.only.includes(name)

await onEventPlane(
  { triggers: (sink) => [{ name: 't', subscriber: sink.url('/t') }], main: options.main },
  async ({ plane, source, sink, allTaken }) => {
    /** All that were taken have come, each at least once. */
    const settled = async (refused: number): Promise<void> => {
      allTaken(refused)
      await until(() => sink.distinct('/t') >= source.dueAt.length, `the last of ${source.dueAt.length} events`)
    }
    await settled((await source.flood(atATime, 2)).refused)
    if (wants('events_per_s')) {
      const rates: number[] = []
      const cpuBefore = cpuSeconds(plane.role.pid)
      const firstEvent = source.dueAt.length
      for (let turn = 0; turn < options.pairs; turn++) {
        const before = source.dueAt.length
        const begun = performance.now()
        await settled((await source.flood(atATime, options.seconds)).refused)
        rates.push(((source.dueAt.length - before) / (sink.lastAt - begun)) * 1000)
      }
      const [from, to] = [Math.round(Math.min(...rates)), Math.round(Math.max(...rates))]
      const cpuUs = ((cpuSeconds(plane.role.pid) - cpuBefore) * 1e6) / (source.dueAt.length - firstEvent)
      figure('broker', 'cpu_us_per_event', cpuUs, 'us', { turns: rates.length, ...machine() })
      figure('broker', 'events_per_s', Math.round(median(rates)), '/s', {
        goal: goalPerSecond,
        turns: rates.length,
        from,
        to,
        ...machine()
      })
    }
    if (wants('publish_p99_ms') || wants('end_to_end_p99_ms')) {
      sink.takeMs('/t')
      const { refused, publishMs } = await source.steady(goalPerSecond / 2, options.seconds * 2)
      await settled(refused)
      const endToEnd = sink.takeMs('/t')
      const load = { at_per_s: goalPerSecond / 2, events: publishMs.length, ...machine() }
      figure('broker', 'publish_p99_ms', p99(publishMs), 'ms', { goal: 10, ...load })
      figure('broker', 'end_to_end_p99_ms', p99(endToEnd), 'ms', { goal: 20, ...load })
    }
  }
)
