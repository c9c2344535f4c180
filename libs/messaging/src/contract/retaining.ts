import { describe, expect, it } from '@jest/globals'
import { eventually } from '@knative-ts/testing'
import type { Topic } from '../channel-store.ts'
import type { Bench } from './channel-contract.ts'
import { drain, isWaiting, publishTexts, pullAll, textOf } from './messages.ts'

/** Publishes `count` messages of 10 KiB, a tenth of them a call. */
async function publishMuch(topic: Topic, count: number): Promise<void> {
  for (let call = 0; call < 10; call++)
    await topic.publish(Array.from({ length: count / 10 }, () => ({ body: Buffer.alloc(10 << 10, 'x') })))
}

/** The contract's tests of what stays, and of where a consumer begins. */
export function retaining({ store, crash }: Bench): void {
  describe('a new consumer', () => {
    it('begins with the first message that is kept, behind the last, or at a time; and keeps its place', async () => {
      const topic = await store().openTopic('t', { keep: {} })
      await publishTexts(topic, 'a')
      const published = Date.now()
      await eventually(() => Date.now() > published, 'a millisecond to pass')
      const time = Date.now()
      await publishTexts(topic, 'b', 'c')
      const latest = await topic.consume('latest', { start: 'latest' })
      expect(await drain(await topic.consume('earliest', { start: 'earliest' }), 3)).toEqual(['a', 'b', 'c'])
      expect(await drain(await topic.consume('time', { start: { time } }), 2)).toEqual(['b', 'c'])
      expect((await pullAll(await topic.consume('long ago', { start: { time: 0 } }), 1)).map(textOf)).toEqual(['a'])
      const future = await topic.consume('future', { start: { time: time + 3_600_000 } })
      const waiting = [latest.pull(1), future.pull(1)]
      expect(await isWaiting(Promise.race(waiting))).toBe(true)
      await publishTexts(topic, 'd')
      expect((await Promise.all(waiting)).map((some) => some.map(textOf))).toEqual([['d'], ['d']])
      const again = await (await crash()).openTopic('t', { keep: {} })
      expect((await pullAll(await again.consume('latest', { start: 'earliest' }), 1)).map(textOf)).toEqual(['d'])
    })
  })

  describe('retention', () => {
    it('removes what all consumers have acknowledged, and nothing before', async () => {
      const topic = await store().openTopic('t')
      const fast = await topic.consume('fast')
      const slow = await topic.consume('slow')
      await publishMuch(topic, 500)
      await drain(fast, 500)
      const all = topic.stats().bytes
      expect(all).toBeGreaterThan(500 * (10 << 10))
      expect(await drain(slow, 100)).toHaveLength(100)
      expect((await pullAll(slow, 400)).map(({ offset }) => offset)).toHaveLength(400)
      expect(topic.stats().lost).toBe(0)
      await slow.close()
      await drain(await topic.consume('slow'), 400)
      await eventually(() => topic.stats().bytes < all / 2, 'the space to be given back')
      expect(topic.stats()).toMatchObject({ lost: 0 })
    })

    it('keeps what is to be kept for replays, by size', async () => {
      const topic = await store().openTopic('t', { keep: { bytes: 2 << 20 } })
      const consumer = await topic.consume('c')
      await publishMuch(topic, 1000)
      await drain(consumer, 1000)
      await eventually(() => topic.stats().bytes < 4 << 20, 'what is beyond to go')
      // From now on nothing goes: the new consumer has acknowledged nothing.
      const replay = await topic.consume('replay')
      expect(topic.stats().bytes).toBeGreaterThan(1 << 20)
      const [oldest] = await pullAll(replay, topic.stats().consumers.get('replay')!.lag)
      expect(oldest!.offset).toBe(topic.stats().first)
      expect(topic.stats().lost).toBe(0)
    })

    it('removes by age what was not acknowledged, when a limit says so, and counts it', async () => {
      const topic = await store().openTopic('t', { limit: { ageMs: 200 } })
      const consumer = await topic.consume('c')
      await publishTexts(topic, 'old', 'older')
      await eventually(() => topic.stats().lost === 2, 'the messages to be given up')
      expect(topic.stats().consumers.get('c')).toMatchObject({ lag: 0 })
      // Without the limit: on a slow disk what is new would be old before it is asked for.
      await store().openTopic('t')
      await publishTexts(topic, 'new')
      expect((await pullAll(consumer, 1)).map(textOf)).toEqual(['new'])
    })
  })
}
