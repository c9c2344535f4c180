import type { ChannelStore, Consumer, Delivery, Message, Topic, TopicStats } from '@knative-ts/messaging'

/** A channel store that keeps everything in this process: for tests of those who use one. */
export class MemoryStore implements ChannelStore {
  readonly #topics = new Map<string, MemoryTopic>()
  /** What `trouble` says. */
  problem: string | undefined
  /** Nothing is delivered any more. */
  stalled = false

  async openTopic(name: string): Promise<Topic> {
    let topic = this.#topics.get(name)
    if (topic === undefined) this.#topics.set(name, (topic = new MemoryTopic(name, () => this.stalled)))
    return topic
  }

  async deleteTopic(name: string): Promise<void> {
    this.#topics.get(name)?.close()
    this.#topics.delete(name)
  }

  async topics(): Promise<readonly string[]> {
    return [...this.#topics.keys()].toSorted()
  }

  trouble(): string | undefined {
    return this.problem
  }

  async close(): Promise<void> {
    for (const topic of this.#topics.values()) topic.close()
  }
}

class MemoryTopic implements Topic {
  readonly name: string
  readonly messages: (Message | undefined)[] = []
  readonly #consumers = new Map<string, MemoryConsumer>()

  readonly isStalled: () => boolean

  constructor(name: string, isStalled: () => boolean) {
    this.name = name
    this.isStalled = isStalled
  }

  async publish(messages: readonly Message[]): Promise<void> {
    // A disk takes its time.
    await new Promise((resolve) => setImmediate(resolve))
    this.messages.push(...messages)
    for (const consumer of this.#consumers.values()) consumer.wake()
  }

  async consume(name: string): Promise<Consumer> {
    let consumer = this.#consumers.get(name)
    if (consumer === undefined) this.#consumers.set(name, (consumer = new MemoryConsumer(name, this)))
    consumer.open()
    return consumer
  }

  async deleteConsumer(name: string): Promise<void> {
    this.#consumers.delete(name)
  }

  stats(): TopicStats {
    const consumers = new Map(
      Array.from(this.#consumers, ([name, consumer]) => [name, { acknowledged: 0, inFlight: consumer.out, lag: consumer.lag }] as const)
    )
    return { first: 0, next: this.messages.length, bytes: 0, lost: 0, consumers }
  }

  close(): void {
    for (const consumer of this.#consumers.values()) void consumer.close()
  }
}

class MemoryConsumer implements Consumer {
  readonly name: string
  readonly #topic: MemoryTopic
  readonly #acked = new Set<number>()
  #next = 0
  #closed = true
  #wake: () => void = () => undefined
  out = 0

  constructor(name: string, topic: MemoryTopic) {
    this.name = name
    this.#topic = topic
  }

  get lag(): number {
    return this.#topic.messages.length - this.#acked.size
  }

  open(): void {
    this.#closed = false
    this.#next = 0
  }

  wake(): void {
    this.#wake()
  }

  async pull(max: number): Promise<readonly Delivery[]> {
    for (;;) {
      if (this.#closed) return []
      const found: Delivery[] = []
      while (!this.#topic.isStalled() && found.length < max && this.#next < this.#topic.messages.length) {
        const offset = this.#next++
        if (!this.#acked.has(offset)) found.push(this.#deliveryOf(offset))
      }
      if (found.length > 0) return found
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#wake()
  }

  #deliveryOf(offset: number): Delivery {
    const message = this.#topic.messages[offset] as Message
    this.out++
    return {
      offset,
      key: message.key,
      body: message.body,
      time: 0,
      attempt: 1,
      ack: () => {
        this.out--
        this.#acked.add(offset)
      },
      retry: () => {
        throw new Error('not needed by who is tested')
      }
    }
  }
}
