import { describe, expect, it } from '@jest/globals'
import { eventually } from '@knative-ts/testing'
import type { Bench } from './channel-contract.ts'
import { drain, isWaiting, message, publishTexts, pullAll, textOf } from './messages.ts'

/** The contract's tests of consumers. */
export function consuming({ store, reopen, crash }: Bench): void {
  describe('a consumer', () => {
    it('waits for a message, and gets what has come since', async () => {
      const topic = await store().openTopic('t')
      const consumer = await topic.consume('c')
      const pull = consumer.pull(10)
      expect(await isWaiting(pull)).toBe(true)
      await publishTexts(topic, 'one', 'two')
      const first = await pull
      expect(first.length).toBeGreaterThan(0)
      expect(textOf(first[0]!)).toBe('one')
    })

    it('gets at most what it asks for, and several that wait get one message each', async () => {
      const topic = await store().openTopic('t')
      const consumer = await topic.consume('c')
      const pulls = [consumer.pull(1), consumer.pull(1), consumer.pull(1)]
      await publishTexts(topic, 'a', 'b', 'c', 'd')
      expect((await Promise.all(pulls)).map((some) => some.map(textOf))).toEqual([['a'], ['b'], ['c']])
      expect((await consumer.pull(5)).map(textOf)).toEqual(['d'])
    })

    it('has a position of its own, which outlives the process', async () => {
      const topic = await store().openTopic('t')
      await publishTexts(topic, 'a', 'b', 'c')
      const one = await topic.consume('one')
      const two = await topic.consume('two')
      expect(await drain(one, 2)).toEqual(['a', 'b'])
      expect(await drain(two, 1)).toEqual(['a'])
      const again = await (await reopen()).openTopic('t')
      expect(await drain(await again.consume('one'), 1)).toEqual(['c'])
      expect(await drain(await again.consume('two'), 2)).toEqual(['b', 'c'])
    })

    it('is opened once at a time', async () => {
      const topic = await store().openTopic('t')
      const consumer = await topic.consume('c')
      await expect(topic.consume('c')).rejects.toMatchObject({ code: 'busy' })
      await consumer.close()
      await (await topic.consume('c')).close()
    })

    it.each(['close of the consumer', 'close of the store', 'crash'] as const)(
      'gets what it did not acknowledge again after a %s',
      async (end) => {
        let topic = await store().openTopic('t')
        await publishTexts(topic, 'a', 'b', 'c', 'd')
        const consumer = await topic.consume('c')
        const [first, second, third] = await pullAll(consumer, 3)
        second!.ack()
        if (end === 'close of the consumer') await consumer.close()
        else topic = await (await (end === 'crash' ? crash() : reopen())).openTopic('t')
        const rest = await pullAll(await topic.consume('c'), 3)
        const texts = rest.map(textOf)
        // A crash may have been faster than the position.
        expect(texts.filter((text) => text !== 'b').slice(0, 2)).toEqual(['a', 'c'])
        expect(rest.every(({ attempt }) => attempt >= 1)).toBe(true)
        if (end !== 'crash') expect(rest.map(({ attempt }) => attempt)).toEqual([2, 2, 1])
        first!.ack()
        third!.ack()
      }
    )

    it('gets a message again after the delay it asked for, without holding up the others', async () => {
      const topic = await store().openTopic('t')
      await publishTexts(topic, 'poison', 'fine')
      const consumer = await topic.consume('c')
      const [poison, fine] = await pullAll(consumer, 2)
      const returned = Date.now()
      poison!.retry(300)
      fine!.ack()
      await publishTexts(topic, 'later')
      expect(await drain(consumer, 1)).toEqual(['later'])
      const [again] = await pullAll(consumer, 1)
      expect([textOf(again!), again!.attempt, again!.offset]).toEqual(['poison', 2, poison!.offset])
      // Timers count whole milliseconds, each from its own.
      expect(Date.now() - returned).toBeGreaterThanOrEqual(298)
      again!.retry(0)
      expect(await pullAll(consumer, 1)).toMatchObject([{ attempt: 3 }])
    })

    it('gets what waited for a retry at once after a restart', async () => {
      const topic = await store().openTopic('t')
      await publishTexts(topic, 'a', 'b')
      const [first, second] = await pullAll(await topic.consume('c'), 2)
      first!.retry(3_600_000)
      second!.ack()
      const again = await (await reopen()).openTopic('t')
      expect((await pullAll(await again.consume('c'), 1)).map(textOf)).toEqual(['a'])
    })

    it('counts only the first of ack and retry', async () => {
      const topic = await store().openTopic('t')
      await publishTexts(topic, 'a', 'b')
      const consumer = await topic.consume('c')
      const [first, second] = await pullAll(consumer, 2)
      first!.ack()
      first!.retry(0)
      second!.retry(0)
      second!.ack()
      expect((await pullAll(consumer, 1)).map(textOf)).toEqual(['b'])
      expect(await isWaiting(consumer.pull(1))).toBe(true)
    })

    it('gets messages of a key in order', async () => {
      const topic = await store().openTopic('t')
      const consumer = await topic.consume('c')
      await Promise.all(Array.from({ length: 300 }, (_, index) => topic.publish([message(String(index), `key-${index % 7}`)])))
      const deliveries = await pullAll(consumer, 300)
      for (let key = 0; key < 7; key++) {
        const numbers = deliveries.filter((one) => one.key === `key-${key}`).map((one) => Number(textOf(one)))
        expect(numbers).toEqual([...numbers].sort((left, right) => left - right))
        expect(numbers.length).toBeGreaterThan(40)
      }
    })

    it('has no more in flight than it wants: what waits for its retry counts', async () => {
      const topic = await store().openTopic('t')
      await publishTexts(topic, 'a', 'b', 'c', 'd')
      const consumer = await topic.consume('c', { maxInFlight: 2 })
      const [first, second] = await pullAll(consumer, 2)
      const third = consumer.pull(2)
      first!.retry(3_600_000)
      expect(await isWaiting(third)).toBe(true)
      second!.ack()
      expect((await third).map(textOf)).toEqual(['c'])
    })

    it('has no more bytes in flight than it wants, but always one message', async () => {
      const topic = await store().openTopic('t')
      await topic.publish(Array.from({ length: 6 }, (_, index) => ({ body: Buffer.alloc(1000, index) })))
      const consumer = await topic.consume('c', { maxInFlightBytes: 1500 })
      const [first, second] = await pullAll(consumer, 2)
      const third = consumer.pull(4)
      expect(await isWaiting(third)).toBe(true)
      first!.ack()
      const next = await third
      expect(next).toHaveLength(1)
      second!.ack()
      for (const one of next) one.ack()
      for (let left = 3; left > 0; left--) expect(await drain(consumer, 1)).toHaveLength(1)
    })

    it('is behind by what it has not acknowledged', async () => {
      const topic = await store().openTopic('t')
      await publishTexts(topic, 'a', 'b', 'c', 'd')
      const consumer = await topic.consume('c')
      const [first, second] = await pullAll(consumer, 2)
      second!.ack()
      const statsOf = () => topic.stats().consumers.get('c')
      await eventually(() => statsOf()?.lag === 3, 'the acknowledgement to be counted')
      expect(statsOf()).toEqual({ acknowledged: first!.offset, inFlight: 1, lag: 3 })
      first!.ack()
      await eventually(() => statsOf()?.acknowledged === second!.offset + 1, 'both to be counted')
      expect(topic.stats().next).toBe(first!.offset + 4)
    })

    it('that is deleted begins anew', async () => {
      const topic = await store().openTopic('t', { keep: {} })
      await publishTexts(topic, 'a')
      const consumer = await topic.consume('c')
      await drain(consumer, 1)
      const waiting = consumer.pull(1)
      await topic.deleteConsumer('c')
      await topic.deleteConsumer('never-there')
      expect(await waiting).toEqual([])
      expect(topic.stats().consumers.has('c')).toBe(false)
      const again = await (await crash()).openTopic('t', { keep: {} })
      expect(again.stats().consumers.has('c')).toBe(false)
      expect(await drain(await again.consume('c'), 1)).toEqual(['a'])
    })
  })
}
