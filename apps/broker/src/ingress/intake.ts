import { type CloudEvent, encodeStored, type Header } from '@knative-ts/eventing'
import type { Broker } from '../table/broker.ts'
import { bufferWork } from '../buffer-work.ts'
import { attributes } from '../event-attributes.ts'
import { setOwn } from '../own-event.ts'
import { arrivalTime } from './arrival-time.ts'
import { nextTtl } from './next-ttl.ts'

/** How a hop takes an event: `reason` in words, empty when there is nothing to say. */
export interface Taken {
  readonly status: number
  readonly reason: string
}

export interface IntakeOptions {
  readonly brokerOf: (key: string) => Broker | undefined
  /** Keeps an event for a channel of this role; resolves when it is durable. */
  readonly keep: (channel: string, key: string | undefined, stored: Uint8Array) => Promise<Taken>
  /** Sends an event to a channel that is somebody else's. */
  readonly forward: (broker: Broker, event: CloudEvent, passed: readonly Header[]) => Promise<Taken>
  /** Milliseconds since 1970. */
  readonly now: () => number
}

const unknown: Taken = { status: 404, reason: 'there is no such broker' }
const looping: Taken = { status: 400, reason: 'the event has passed too many brokers (knativebrokerttl)' }

/** The path that every event takes into a broker, whether it came by HTTP or is a trigger's reply (reference 3.1). */
export class Intake {
  readonly #options: IntakeOptions

  constructor(options: IntakeOptions) {
    this.#options = options
  }

  /**
   * Takes an event in, which is this path's own from here on; resolves with what the publisher is to be told, when that is final. The event's data must not
   * change until this returns.
   */
  accept(broker: string, event: CloudEvent, passed: readonly Header[]): Promise<Taken> {
    const { brokerOf, keep, forward, now } = this.#options
    const found = brokerOf(broker)
    if (found === undefined) return Promise.resolve(unknown)
    const ttl = nextTtl(event.attributes.get(attributes.ttl))
    if (ttl <= 0) return Promise.resolve(looping)
    setOwn(event, attributes.arrivalTime, arrivalTime(now()))
    setOwn(event, attributes.ttl, String(ttl))
    if (found.channel === '') return forward(found, event, passed)
    return keep(found.channel, event.attributes.get(attributes.partitionKey), encodeStored(event, passed, bufferWork))
  }
}
