/**
 * The embedded log of events: durable appends of 1 KiB against a raw group commit of the same bytes on the same disk, in paired turns, and how fast a backlog is read.
 * `npm run bench -- log [PAIRS] [--seconds=N] [--only=FIGURE,FIGURE]`
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { openLog } from '@knative-ts/messaging/log'
import { figure } from '../rig/figure.ts'
import { machine } from '../rig/machine.ts'
import { root } from '../rig/root.ts'
import { benchOptions } from './rig/options.ts'
import { median } from './rig/pairs.ts'
import { RawAppend } from './rig/raw-append.ts'

const publishers = 128
const warmupMs = 300
const body = Buffer.alloc(1024, 'event')

const { pairs, seconds, only } = benchOptions({ pairs: 5, seconds: 2 })
const wants = (name: string): boolean => only.length === 0 || only.includes(name)
// Beside the checkout: /tmp may be memory, which needs no sync.
const directory = await mkdtemp(join(root, 'dist/bench-log-'))
const store = await openLog({
  directory,
  onWarning(message) {
    throw new Error(message)
  }
})

/** Appends a second by publishers that wait for each. */
async function rateOf(append: () => Promise<void>): Promise<number> {
  let count = 0
  const until = performance.now() + warmupMs + seconds * 1000
  const counted = performance.now() + warmupMs
  const publisher = async () => {
    while (performance.now() < until) {
      await append()
      if (performance.now() >= counted) count++
    }
  }
  await Promise.all(Array.from({ length: publishers }, publisher))
  return count / ((performance.now() - counted) / 1000)
}

/** One pair of turns, each on a file of its own, the order reversed every other time. */
async function pairOf(index: number): Promise<{ readonly log: number; readonly raw: number }> {
  const topic = await store.openTopic(`turn-${index}`)
  const raw = new RawAppend(join(directory, `raw-${index}`))
  const logRate = () => rateOf(() => topic.publish([{ body }]))
  const rawRate = () => rateOf(() => raw.append(body))
  const first = index % 2 === 0 ? await logRate() : await rawRate()
  const second = index % 2 === 0 ? await rawRate() : await logRate()
  await store.deleteTopic(topic.name)
  await rm(join(directory, `raw-${index}`))
  return index % 2 === 0 ? { log: first, raw: second } : { log: second, raw: first }
}

/** Messages a second that a consumer gets of a backlog, and acknowledges. */
async function replayRate(index: number): Promise<number> {
  const topic = await store.openTopic(`replay-${index}`)
  const count = Math.round(150_000 * seconds)
  for (let left = count; left > 0; left -= 500) await topic.publish(Array.from({ length: Math.min(500, left) }, () => ({ body })))
  const consumer = await topic.consume('replay', { maxInFlight: 10_000 })
  const began = performance.now()
  for (let got = 0; got < count;) {
    const deliveries = await consumer.pull(500)
    for (const delivery of deliveries) {
      if (delivery.body.length !== body.length) throw new Error(`message ${delivery.offset} has ${delivery.body.length} bytes`)
      delivery.ack()
    }
    got += deliveries.length
  }
  const rate = count / ((performance.now() - began) / 1000)
  await store.deleteTopic(topic.name)
  return rate
}

try {
  if (wants('append_x')) {
    const turns: Awaited<ReturnType<typeof pairOf>>[] = []
    for (let index = 0; index < pairs; index++) turns.push(await pairOf(index))
    const ratios = turns.map(({ log, raw }) => log / raw)
    const more = { log_per_s: Math.round(median(turns.map(({ log }) => log))), raw_per_s: Math.round(median(turns.map(({ raw }) => raw))) }
    figure('log', 'append_x', median(ratios), 'x', {
      goal: 0.7,
      turns: pairs,
      from: Math.min(...ratios),
      to: Math.max(...ratios),
      ...more,
      ...machine()
    })
  }
  if (wants('replay_per_s')) {
    const rates: number[] = []
    for (let index = 0; index < pairs; index++) rates.push(await replayRate(index))
    figure('log', 'replay_per_s', median(rates), '1/s', { turns: pairs, from: Math.min(...rates), to: Math.max(...rates), ...machine() })
  }
} finally {
  await store.close()
  await rm(directory, { recursive: true })
}
