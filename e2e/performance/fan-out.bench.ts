/**
 * One of 1, 10, 100 and 1,000 triggers matches each event: events per second of the broker's CPU time, in turns, against one trigger.
 * `npm run bench -- fan-out [TURNS] [--seconds=N] [--main=FILE]`
 */
import { figure } from '../rig/figure.ts'
import { machine } from '../rig/machine.ts'
import { cpuSeconds } from './rig/cpu-seconds.ts'
import { type EventSink, until } from './rig/event-load.ts'
import { onEventPlane } from './rig/on-event-plane.ts'
import { benchOptions } from './rig/options.ts'
import { median } from './rig/pairs.ts'

const counts = [1, 10, 100, 1_000]
const atATime = 128

const options = benchOptions({ pairs: 3, seconds: 2 })
const triggersOf = (sink: EventSink, count: number) =>
  Array.from({ length: count }, (_, index) => ({
    name: `t${index}`,
    subscriber: sink.url('/t'),
    // The first matches what is sent, the others something else each.
    attributes: { type: index === 0 ? 'bench' : `other-${index}` }
  }))
await onEventPlane({ triggers: (sink) => triggersOf(sink, 1), main: options.main }, async ({ plane, source, sink, allTaken }) => {
  /** Events per second of CPU time, each delivered once. */
  const turn = async (count: number, seconds: number): Promise<number> => {
    await plane.serve(triggersOf(sink, count))
    const before = source.dueAt.length
    const receivedBefore = sink.received
    const cpu = cpuSeconds(plane.role.pid)
    const { refused } = await source.flood(atATime, seconds)
    allTaken(refused)
    await until(() => sink.distinct('/t') >= source.dueAt.length, 'the last event')
    const events = source.dueAt.length - before
    if (sink.received - receivedBefore !== events) throw new Error(`${events} events came ${sink.received - receivedBefore} times`)
    return events / (cpuSeconds(plane.role.pid) - cpu)
  }

  await turn(1, 2)
  const rates = new Map(counts.map((count) => [count, [] as number[]]))
  for (let round = 0; round < options.pairs; round++) {
    for (const count of round % 2 === 0 ? counts : counts.toReversed()) rates.get(count)?.push(await turn(count, options.seconds))
  }
  const one = rates.get(1) ?? []
  for (const count of counts.slice(1)) {
    const ratios = (rates.get(count) ?? []).map((rate, round) => rate / (one[round] ?? Number.NaN))
    const [from, to] = [Math.min(...ratios), Math.max(...ratios)].map((ratio) => Number(ratio.toPrecision(3)))
    const goal = count === 1_000 ? { goal: 0.5 } : {}
    const ours = Math.round(median(rates.get(count) ?? []))
    figure('fan-out', `rate_${count}_x`, median(ratios), 'x', { ...goal, ours, turns: ratios.length, from, to, ...machine() })
  }
})
