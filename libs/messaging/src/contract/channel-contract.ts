/** What every adapter of the Channel port promises, as tests. An adapter's spec calls it with a way to open its store. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { ChannelStore } from '../channel-store.ts'
import { consuming } from './consuming.ts'
import { publishing } from './publishing.ts'
import { retaining } from './retaining.ts'

/** One place in which an adapter keeps messages, for one test. */
export interface ChannelPlace {
  /** Opens the store of this place. Only when the one before was closed or left. */
  open(): Promise<ChannelStore>
  /** Ends a store as a crash of its process does: nothing is finished. It is not used any more. */
  crash(store: ChannelStore): Promise<void>
  /** Lets no message be taken for lack of space until it is called with false; undefined: this adapter has no such thing. */
  readonly fill?: (full: boolean) => Promise<void>
  /** Takes the place away. */
  remove(): Promise<void>
}

/** What the tests of a part work with. */
export interface Bench {
  place(): ChannelPlace
  store(): ChannelStore
  /** Closes the store and opens it anew. */
  reopen(): Promise<ChannelStore>
  /** Crashes the store and opens it anew. */
  crash(): Promise<ChannelStore>
}

/** Declares the contract's tests for an adapter. `make` gives each test a place of its own. */
export function channelContract(name: string, make: () => Promise<ChannelPlace>): void {
  describe(`${name} as a channel`, () => {
    let place: ChannelPlace
    let store: ChannelStore
    beforeEach(async () => {
      place = await make()
      store = await place.open()
    })
    afterEach(async () => {
      await store.close()
      await place.remove()
    })
    const bench: Bench = {
      place: () => place,
      store: () => store,
      async reopen() {
        await store.close()
        return (store = await place.open())
      },
      async crash() {
        await place.crash(store)
        return (store = await place.open())
      }
    }
    publishing(bench)
    consuming(bench)
    retaining(bench)

    it('lists its topics, and forgets those that are deleted', async () => {
      await store.openTopic('b')
      await store.openTopic('a.b_c-D')
      expect(await store.topics()).toEqual(['a.b_c-D', 'b'])
      await store.deleteTopic('b')
      await store.deleteTopic('never-there')
      expect(await store.topics()).toEqual(['a.b_c-D'])
      expect(await (await bench.reopen()).topics()).toEqual(['a.b_c-D'])
    })

    it.each(['', '.', '.hidden', 'a/b', 'ä', 'x'.repeat(201)])('refuses %j as a name of a topic', async (topic) => {
      await expect(store.openTopic(topic)).rejects.toMatchObject({ code: 'invalid' })
    })

    it('answers with closed once it is', async () => {
      const topic = await store.openTopic('t')
      const consumer = await topic.consume('c')
      const waiting = consumer.pull(1)
      await store.close()
      expect(await waiting).toEqual([])
      expect(await consumer.pull(1)).toEqual([])
      await expect(topic.publish([{ body: new Uint8Array(1) }])).rejects.toMatchObject({ code: 'closed' })
      await expect(store.openTopic('t')).rejects.toMatchObject({ code: 'closed' })
    })
  })
}
