import type { ChannelStore, Delivery } from '../channel-store.ts'

/** What became of one message, as its publisher and its consumers know it. */
interface Line {
  /** Its place among all that were published to its topic, in the order of the calls. */
  readonly index: number
  published: 'unknown' | 'durable' | 'rejected'
  acknowledged: boolean
}

/** What a store was given, and what it has to give back: the other side of the books, for tests that kill it. */
export class Ledger {
  readonly #topics = new Map<string, Map<string, Line>>()
  #count = 0

  /** How many publishes resolved. */
  durable = 0

  /** A text that was never published before, for a message to this topic. */
  issue(topic: string, random: () => number): string {
    const lines = this.#linesOf(topic)
    // Now and then a large one: two of them are a commit of several frames.
    const size = random() < 0.01 ? 70_000 : Math.floor(random() ** 3 * 3000)
    const text = `${this.#count++} ${'x'.repeat(size)}`
    lines.set(text, { index: lines.size, published: 'unknown', acknowledged: false })
    return text
  }

  settle(topic: string, texts: readonly string[], published: 'durable' | 'rejected'): void {
    for (const text of texts) (this.#linesOf(topic).get(text) as Line).published = published
    if (published === 'durable') this.durable += texts.length
  }

  /** Forgets a topic that is being deleted. */
  forget(topic: string): void {
    this.#topics.delete(topic)
  }

  /** Takes note of an acknowledgement. Returns what is wrong with the delivery. */
  acknowledge(topic: string, delivery: Delivery): string[] {
    const line = this.#linesOf(topic).get(textOf(delivery))
    if (line === undefined) return [`${topic} delivers what nobody published to it: ${textOf(delivery)}`]
    line.acknowledged = true
    return []
  }

  /**
   * What a store breaks of its promises: every durable message is in its topic, once, in the order of publishing; rejected ones are not; and the consumer `dispatch` gets
   * every durable message that was never acknowledged.
   */
  async audit(store: ChannelStore): Promise<string[]> {
    const faults: string[] = []
    for (const [name, lines] of this.#topics) {
      const topic = await store.openTopic(name, { keep: {} })
      const { next } = topic.stats()
      const kept = await readTo(topic, `audit-${next}`, next)
      const indices = kept.map((text) => lines.get(text)?.index ?? -1)
      if (indices.some((index, at) => index < 0 || (at > 0 && index <= (indices[at - 1] as number))))
        faults.push(`${name} is not in order: ${indices.join(' ')}`)
      const there = new Set(kept)
      for (const [text, { index, published }] of lines) {
        if (published === 'durable' && !there.has(text)) faults.push(`${name} has lost ${index}`)
        if (published === 'rejected' && there.has(text)) faults.push(`${name} has the rejected ${index}`)
      }
      await topic.deleteConsumer(`audit-${next}`)
      const rest = new Set(await readTo(topic, 'dispatch', next))
      for (const [text, { index, published, acknowledged }] of lines) {
        if (published === 'durable' && !acknowledged && !rest.has(text)) faults.push(`${name} does not deliver ${index}`)
      }
    }
    return faults
  }

  #linesOf(topic: string): Map<string, Line> {
    const lines = this.#topics.get(topic) ?? new Map<string, Line>()
    this.#topics.set(topic, lines)
    return lines
  }
}

/** The texts that a consumer gets until it has seen everything before `next`, or gets nothing more. Nothing is acknowledged. */
async function readTo(topic: Awaited<ReturnType<ChannelStore['openTopic']>>, name: string, next: number): Promise<string[]> {
  const consumer = await topic.consume(name, { start: 'earliest', maxInFlight: 1e6, maxInFlightBytes: 1e9 })
  const texts: string[] = []
  const behind = topic.stats().consumers.get(name)?.lag ?? 0
  while (texts.length < behind) {
    const some = await Promise.race([consumer.pull(1000), nothing()])
    if (some.length === 0) break
    texts.push(...some.map(textOf))
  }
  await consumer.close()
  if (topic.stats().next !== next) throw new Error(`${topic.name} was published to during an audit`)
  return texts
}

/** After many more turns of the event loop than a read from memory takes. */
async function nothing(): Promise<readonly Delivery[]> {
  for (let turn = 0; turn < 300; turn++) await new Promise((resolve) => setImmediate(resolve))
  return []
}

function textOf({ body }: Delivery): string {
  return Buffer.from(body).toString()
}
