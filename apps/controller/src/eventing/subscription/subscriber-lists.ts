import { keyOf, keyText, type SubscriberSpec } from '@knative-ts/api'
import { equalJson, isConflict, isNotFound, isPatchMisfit, type Kept } from '@knative-ts/kube'
import type { Channelable } from '../channel/channel-kinds.ts'

interface Wish {
  readonly uid: string
  /** Undefined: it is to go. */
  readonly entry: SubscriberSpec | undefined
  readonly done: PromiseWithResolvers<boolean>
}

/** Writes that lost a race against another replica, which keeps another bucket's Subscriptions of the same channel. */
const attempts = 5

/** Milliseconds in which passes over Subscriptions of one channel come together: far less than the write takes that they save. */
const gatherMs = 5

/**
 * Keeps the lists of subscribers in the specs of channels. A list is one field that many Subscriptions write: what passes want while a write is
 * on its way goes with the next one, all at once.
 */
export class SubscriberLists {
  readonly #wishes = new Map<string, Wish[]>()

  /** Adds or replaces an entry. True when something had to be written. */
  put(kept: Kept<Channelable>, channel: Channelable, entry: SubscriberSpec): Promise<boolean> {
    const present = channel.spec.subscribers?.find(({ uid }) => uid === entry.uid)
    return equalJson(present, entry) ? Promise.resolve(false) : this.#wish(kept, channel, entry.uid ?? '', entry)
  }

  /** Takes an entry away. True when there was one. */
  remove(kept: Kept<Channelable>, channel: Channelable, uid: string): Promise<boolean> {
    const present = channel.spec.subscribers?.some((entry) => entry.uid === uid) ?? false
    return present ? this.#wish(kept, channel, uid, undefined) : Promise.resolve(false)
  }

  #wish(kept: Kept<Channelable>, channel: Channelable, uid: string, entry: SubscriberSpec | undefined): Promise<boolean> {
    const id = `${kept.resource.kind} ${kept.resource.group} ${keyText(keyOf(channel))}`
    const wish = { uid, entry, done: Promise.withResolvers<boolean>() }
    const waiting = this.#wishes.get(id)
    if (waiting !== undefined) waiting.push(wish)
    else {
      this.#wishes.set(id, [wish])
      void this.#grant(id, kept, channel)
    }
    return wish.done.promise
  }

  /** Writes until nobody wishes anything more. */
  async #grant(id: string, kept: Kept<Channelable>, channel: Channelable): Promise<void> {
    for (;;) {
      // Passes that run beside each other go together.
      await new Promise((resolve) => setTimeout(resolve, gatherMs))
      const wishes = this.#wishes.get(id)?.splice(0) ?? []
      if (wishes.length === 0) {
        this.#wishes.delete(id)
        return
      }
      try {
        await write(kept, channel, wishes)
        for (const { done } of wishes) done.resolve(true)
      } catch (error) {
        for (const { done } of wishes) done.reject(error)
      }
    }
  }
}

async function write(kept: Kept<Channelable>, channel: Channelable, wishes: readonly Wish[]): Promise<void> {
  const key = keyOf(channel)
  for (let attempt = 1; ; attempt++) {
    const current = attempt === 1 ? (kept.get(key) ?? channel) : await kept.fetch(key)
    const subscribers = granted(current.spec.subscribers ?? [], wishes)
    if (equalJson(subscribers, current.spec.subscribers ?? [])) return
    const { uid, generation } = current.metadata
    // By the generation: the status of a channel is written all the time, and that is no conflict.
    const operations = [
      { op: 'test', path: '/metadata/uid', value: uid },
      { op: 'test', path: '/metadata/generation', value: generation },
      { op: 'add', path: '/spec/subscribers', value: subscribers }
    ] as const
    try {
      await kept.patch(key, { type: 'json', operations })
      return
    } catch (error) {
      if (isNotFound(error) && wishes.every(({ entry }) => entry === undefined)) return
      if (!(isConflict(error) || isPatchMisfit(error)) || attempt === attempts) throw error
    }
  }
}

function granted(present: readonly SubscriberSpec[], wishes: readonly Wish[]): SubscriberSpec[] {
  const entries = new Map(present.map((entry) => [entry.uid ?? '', entry]))
  for (const { uid, entry } of wishes) {
    if (entry === undefined) entries.delete(uid)
    else entries.set(uid, entry)
  }
  return [...entries.values()]
}
