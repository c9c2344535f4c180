import { describe, expect, it } from '@jest/globals'
import { eventually } from '@knative-ts/testing'
import type { Bench } from './channel-contract.ts'
import { drain, message, publishTexts, pullAll, textOf } from './messages.ts'

/** The contract's tests of publish. */
export function publishing({ place, store, reopen, crash }: Bench): void {
  describe('publish', () => {
    it('gives a consumer bytes, key, time, offset and a first attempt', async () => {
      const topic = await store().openTopic('t')
      const before = Date.now()
      await topic.publish([
        { key: 'Schlüssel', body: new Uint8Array([0, 255, 10, 13]) },
        { body: new Uint8Array(0) },
        { key: '', body: Buffer.from('x') }
      ])
      const [first, second, third] = await pullAll(await topic.consume('c'), 3)
      expect(first).toMatchObject({ key: 'Schlüssel', attempt: 1 })
      expect([...first!.body]).toEqual([0, 255, 10, 13])
      expect(first!.time).toBeGreaterThanOrEqual(before)
      expect(second!.body).toHaveLength(0)
      expect([second!.key, third!.key]).toEqual([undefined, ''])
      expect(second!.offset).toBe(first!.offset + 1)
      expect(third!.time).toBeGreaterThanOrEqual(first!.time)
    })

    it('keeps no hold of the bytes it was given', async () => {
      const topic = await store().openTopic('t')
      const consumer = await topic.consume('c')
      const body = Buffer.from('before')
      await topic.publish([{ body }])
      body.write('after!')
      expect(await drain(consumer, 1)).toEqual(['before'])
    })

    it.each(['close', 'crash'] as const)('is there after a %s', async (end) => {
      const topic = await store().openTopic('t')
      await publishTexts(topic, 'one', 'two')
      await publishTexts(topic, 'three')
      const again = await (end === 'close' ? reopen() : crash())
      expect(await drain(await (await again.openTopic('t')).consume('c'), 3)).toEqual(['one', 'two', 'three'])
    })

    it('keeps the order of calls that were made one after the other without waiting, and the messages of a call together', async () => {
      const topic = await store().openTopic('t')
      const calls = Array.from({ length: 200 }, (_, call) => topic.publish([message(`${call}a`), message(`${call}b`)]))
      await Promise.all(calls)
      const expected = calls.flatMap((_, call) => [`${call}a`, `${call}b`])
      expect(await drain(await topic.consume('c'), 400)).toEqual(expected)
    })

    it('keeps the messages of many topics apart', async () => {
      const topics = await Promise.all(Array.from({ length: 40 }, (_, index) => store().openTopic(`t${index}`)))
      for (let round = 0; round < 3; round++) await Promise.all(topics.map((topic) => publishTexts(topic, `${topic.name} ${round}`)))
      const again = await crash()
      for (const { name } of topics) {
        const consumer = await (await again.openTopic(name)).consume('c')
        expect(await drain(consumer, 3)).toEqual([0, 1, 2].map((round) => `${name} ${round}`))
      }
    })

    it('takes a message of a megabyte among small ones', async () => {
      const topic = await store().openTopic('t')
      const large = Buffer.alloc(1 << 20, 'large')
      await topic.publish([message('small'), { body: large }, message('last')])
      const [small, second, last] = await pullAll(await topic.consume('c'), 3)
      expect([textOf(small!), textOf(last!)]).toEqual(['small', 'last'])
      expect(Buffer.compare(Buffer.from(second!.body), large)).toBe(0)
    })

    it('of nothing resolves; a key that is too long is refused', async () => {
      const topic = await store().openTopic('t')
      await topic.publish([])
      await expect(topic.publish([message('x', 'k'.repeat(1025))])).rejects.toMatchObject({ code: 'invalid' })
      await topic.publish([message('x', 'k'.repeat(1024))])
      expect(await drain(await topic.consume('c'), 1)).toEqual(['x'])
    })

    it('to a deleted topic is refused, and a new topic of that name is empty', async () => {
      const topic = await store().openTopic('t')
      await publishTexts(topic, 'old')
      const consumer = await topic.consume('c')
      expect(await drain(consumer, 1)).toEqual(['old'])
      const waiting = consumer.pull(1)
      await store().deleteTopic('t')
      expect(await waiting).toEqual([])
      await expect(publishTexts(topic, 'x')).rejects.toMatchObject({ code: 'deleted' })
      await expect(topic.consume('d')).rejects.toMatchObject({ code: 'deleted' })
      const fresh = await store().openTopic('t')
      await publishTexts(fresh, 'new')
      expect(await drain(await fresh.consume('c'), 1)).toEqual(['new'])
      const again = await crash()
      expect((await again.openTopic('t')).stats().consumers.get('c')).toBeDefined()
    })

    it('without space rejects before anything is taken, says why, and goes on when there is space again', async () => {
      const { fill } = place()
      // Adapters whose space is somebody else's.
      if (fill === undefined) return expect(fill).toBeUndefined()
      const topic = await store().openTopic('t')
      const consumer = await topic.consume('c')
      await publishTexts(topic, 'before')
      await fill(true)
      const refused = await Promise.allSettled([publishTexts(topic, 'refused'), publishTexts(topic, 'refused too')])
      expect(refused).toMatchObject([
        { status: 'rejected', reason: { code: 'full' } },
        { status: 'rejected', reason: { code: 'full' } }
      ])
      await expect(publishTexts(topic, 'refused as well')).rejects.toMatchObject({ code: 'full' })
      expect(store().trouble()).toMatch(/space/)
      expect(await drain(consumer, 1)).toEqual(['before'])
      await fill(false)
      await eventually(() => store().trouble() === undefined, 'the store to be well again')
      await publishTexts(topic, 'after')
      expect(await drain(consumer, 1)).toEqual(['after'])
      const again = await crash()
      const replay = await (await again.openTopic('t')).consume('replay')
      expect((await pullAll(replay, 2)).map(textOf)).toEqual(['before', 'after'])
    })
  })
}
