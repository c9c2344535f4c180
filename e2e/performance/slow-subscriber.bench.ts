/**
 * 100 triggers that all match: how late 99 of them get their events while one hangs, against none hanging, in turns.
 * `npm run bench -- slow-subscriber [PAIRS] [--seconds=N] [--main=FILE]`
 */
import { figure } from '../rig/figure.ts'
import { machine } from '../rig/machine.ts'
import { type EventSink, p99, until } from './rig/event-load.ts'
import { onEventPlane } from './rig/on-event-plane.ts'
import { benchOptions } from './rig/options.ts'
import { median } from './rig/pairs.ts'

const healthy = Array.from({ length: 99 }, (_, index) => `/t${index}`)
/** 100 deliveries each. */
const eventsPerSecond = 30

const options = benchOptions({ pairs: 3, seconds: 10 })
const triggers = (sink: EventSink) =>
  [...healthy, '/slow'].map((path) => ({ name: path.slice(1), subscriber: sink.url(path), retry: { timeoutMs: 5_000, retries: 100 } }))

await onEventPlane({ triggers, main: options.main }, async ({ source, sink, allTaken }) => {
  /** p99 over all deliveries at the healthy ones, in ms. */
  const turn = async (hangs: boolean, seconds: number): Promise<number> => {
    if (hangs) sink.hanging.add('/slow')
    else sink.hanging.clear()
    for (const path of healthy) sink.takeMs(path)
    const { refused } = await source.steady(eventsPerSecond, seconds)
    allTaken(refused)
    await until(() => healthy.every((path) => sink.distinct(path) >= source.dueAt.length), 'all events at the healthy ones')
    return p99(healthy.flatMap((path) => [...sink.takeMs(path)]))
  }

  await turn(false, 3)
  const pairs: { readonly none: number; readonly one: number }[] = []
  for (let pair = 0; pair < options.pairs; pair++) {
    const none = await turn(false, options.seconds)
    pairs.push({ none, one: await turn(true, options.seconds) })
  }
  sink.hanging.clear()
  await until(() => sink.distinct('/slow') >= source.dueAt.length, 'all events at the one that hung', 120_000)
  const ratios = pairs.map(({ none, one }) => one / none)
  const [from, to] = [Math.min(...ratios), Math.max(...ratios)].map((ratio) => Number(ratio.toPrecision(3)))
  const noneMs = Number(median(pairs.map(({ none }) => none)).toPrecision(3))
  figure('slow-subscriber', 'healthy_p99_x', median(ratios), 'x', {
    goal: 1.1,
    none_hanging_ms: noneMs,
    pairs: pairs.length,
    from,
    to,
    ...machine()
  })
})
