import { ChannelError, type Consumer, type Delivery, type Topic } from '@knative-ts/messaging'

/** The first byte of what lies in a parking topic. */
const plain = 0
/** Of an event that was under way when it was parked: 8 bytes name its flight, for as long as this process lives. */
const moved = 1
const movedHead = 17

export interface ParkingOptions {
  readonly openTopic: () => Promise<Topic>
  /** What it holds now, so that a process that starts finds what it left. */
  readonly exists: boolean
  readonly window: number
  /** Takes an event that was parked. Resolves when there is room for the next. */
  readonly take: (stored: Uint8Array, ack: () => void) => Promise<void> | undefined
  /** The event of a flight that was moved here has come by: it is done when the flight is. False: nobody knows the flight. */
  readonly meet: (flight: number, ack: () => void) => boolean
  readonly failed: (error: Error) => void
}

/** Milliseconds until a store that refused is asked again. */
const againMs = 500
/** Bytes that are published at once, about. */
const batchBytes = 1024 * 1024

/** What is to be published together, and who waits for it. */
interface Put {
  readonly bodies: readonly Uint8Array[]
  readonly done: (parked: boolean) => void
}

/** What waits for one slow subscription: a topic of its own, so that it holds up nobody else. Order is kept. */
export class Parking {
  readonly #options: ParkingOptions
  /** Which process a flight is of: flights of another one are gone. */
  readonly #run: bigint
  #opening: Promise<Topic> | undefined
  #consumer: Consumer | undefined
  #draining = false
  #closed = false
  /** Parked or about to be, and not taken again. */
  #waiting = 0
  #known: boolean
  /** Resolves when it is known what was left, or this closes. */
  readonly #looked = Promise.withResolvers<void>()
  /** In their order, and those behind what is being published. */
  #puts: Put[] = []
  #publishing = false

  constructor(options: ParkingOptions, run: bigint) {
    this.#options = options
    this.#run = run
    this.#known = !options.exists
  }

  /** Something waits here: what comes now must wait behind it. */
  get isInUse(): boolean {
    return !this.#known || this.#waiting > 0
  }

  get waiting(): number {
    return this.#waiting
  }

  /** Finds out what a former process has left, and goes on with it. */
  async start(): Promise<void> {
    if (this.#options.exists) await this.#drain()
  }

  /** Parks events in their order; resolves with true when they are durable. A store that refuses is asked again until it takes them, or this closes: false. */
  park(stored: readonly Uint8Array[]): Promise<boolean> {
    return this.#put(
      stored.map((bytes) => {
        const body = new Uint8Array(bytes.length + 1)
        body[0] = plain
        body.set(bytes, 1)
        return body
      }),
      stored.length
    )
  }

  /** Parks the event of a flight that goes on; resolves as `park` does. */
  move(stored: Uint8Array, flight: number): Promise<boolean> {
    const body = new Uint8Array(stored.length + movedHead)
    const view = new DataView(body.buffer)
    body[0] = moved
    view.setBigUint64(1, this.#run)
    view.setFloat64(9, flight)
    body.set(stored, movedHead)
    return this.#put([body], 0)
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#looked.resolve()
    await this.#consumer?.close()
  }

  #put(bodies: readonly Uint8Array[], counted: number): Promise<boolean> {
    this.#waiting += counted
    void this.#drain()
    return new Promise((done) => {
      this.#puts.push({ bodies, done })
      if (!this.#publishing) void this.#publishAll()
    })
  }

  /** One after the other, since what is tried again must not come behind what came later; what has gathered meanwhile goes together, or each would wait for a sync of its own. */
  async #publishAll(): Promise<void> {
    this.#publishing = true
    // What is published before what was left has been counted would be counted twice.
    if (!this.#known) await this.#looked.promise
    while (this.#puts.length > 0) {
      const batch = this.#nextPuts()
      const parked = await this.#publish(batch.flatMap(({ bodies }) => bodies))
      for (const { done } of batch) done(parked)
    }
    this.#publishing = false
  }

  #nextPuts(): readonly Put[] {
    let bytes = 0
    let count = 0
    while (count < this.#puts.length && bytes < batchBytes) for (const { length } of (this.#puts[count++] as Put).bodies) bytes += length
    return this.#puts.splice(0, count)
  }

  async #publish(bodies: readonly Uint8Array[]): Promise<boolean> {
    const messages = bodies.map((body) => ({ body }))
    while (!this.#closed) {
      try {
        const topic = await this.#open()
        await topic.publish(messages)
        return true
      } catch (error) {
        if (this.#closed) return false
        this.#failed(error as Error)
        await new Promise((resolve) => setTimeout(resolve, againMs))
      }
    }
    return false
  }

  #open(): Promise<Topic> {
    this.#opening ??= this.#options.openTopic().catch((error: unknown) => {
      this.#opening = undefined
      throw error
    })
    return this.#opening
  }

  async #drain(): Promise<void> {
    if (this.#draining || this.#closed) return
    this.#draining = true
    while (!this.#closed) {
      try {
        const topic = await this.#open()
        const consumer = await topic.consume('drain', { maxInFlight: this.#options.window * 2 })
        try {
          this.#consumer = consumer
          if (!this.#known) this.#waiting += topic.stats().consumers.get('drain')?.lag ?? 0
          this.#known = true
          this.#looked.resolve()
          if (!this.#closed) await this.#take(consumer)
        } finally {
          // It may have been closed while its consumer was being opened. And nobody else could take what this one holds.
          await consumer.close()
        }
      } catch (error) {
        if (this.#closed) return
        this.#failed(error as Error)
        await new Promise((resolve) => setTimeout(resolve, againMs))
      }
    }
  }

  #failed(error: Error): void {
    // Another one may be opened under its name.
    if (error instanceof ChannelError && error.code === 'deleted') this.#opening = undefined
    this.#options.failed(error)
  }

  async #take(consumer: Consumer): Promise<void> {
    for (;;) {
      const deliveries = await consumer.pull(this.#options.window)
      if (deliveries.length === 0) return
      for (const delivery of deliveries) {
        const room = this.#arrived(delivery)
        if (room !== undefined) await room
      }
    }
  }

  #arrived(delivery: Delivery): Promise<void> | undefined {
    const { body } = delivery
    const ack = (): void => delivery.ack()
    if (body[0] !== moved || body.length < movedHead) {
      this.#waiting = Math.max(0, this.#waiting - 1)
      return this.#options.take(body.subarray(1), ack)
    }
    const view = new DataView(body.buffer, body.byteOffset, body.length)
    if (view.getBigUint64(1) === this.#run && this.#options.meet(view.getFloat64(9), ack)) return undefined
    // Of a former process: it is to be delivered anew, and was counted when the topic was opened.
    this.#waiting = Math.max(0, this.#waiting - 1)
    return this.#options.take(body.subarray(movedHead), ack)
  }
}
