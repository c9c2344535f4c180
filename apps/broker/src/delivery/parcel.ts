import { type CloudEvent, decodeStored, type Header, withAttributes, writeBinary, writeStructured } from '@knative-ts/eventing'
import { fieldLine } from '@knative-ts/proxy'
import { attributes } from '../event-attributes.ts'
import type { Outgoing } from './outgoing.ts'

/** One event of a topic on its way to subscribers: what they have in common is computed once. */
export class Parcel {
  /** As it lies in the channel. */
  readonly stored: Uint8Array
  /** Without the broker's time to live, which filters and subscribers do not see. */
  readonly event: CloudEvent
  readonly ttl: string | undefined
  readonly passed: readonly Header[]
  /** performance.now when it was taken from its channel. */
  readonly takenAt = performance.now()
  #binary: Outgoing | undefined
  #structured: Outgoing | undefined
  #whole: Outgoing | undefined

  /** Throws an Error for bytes that are no stored event. */
  constructor(stored: Uint8Array) {
    const { event, passed } = decodeStored(stored)
    this.stored = stored
    this.passed = passed
    this.ttl = event.attributes.get(attributes.ttl)
    this.event = this.ttl === undefined ? event : withAttributes(event, { [attributes.ttl]: undefined })
  }

  get id(): string {
    return this.event.attributes.get('id') ?? ''
  }

  /** What it costs to keep it, in bytes. */
  get size(): number {
    return this.stored.length
  }

  /** The event with all it had in the channel. */
  get whole(): CloudEvent {
    return this.ttl === undefined ? this.event : withAttributes(this.event, { [attributes.ttl]: this.ttl })
  }

  /** As a subscriber of a channel gets it: a time to live there is anybody's extension. */
  get untouched(): Outgoing {
    return (this.#whole ??= this.ttl === undefined ? this.binary : outgoingOf(this.whole, '', this.passed))
  }

  get binary(): Outgoing {
    return (this.#binary ??= outgoingOf(this.event, '', this.passed))
  }

  get structured(): Outgoing {
    return (this.#structured ??= outgoingOf(this.event, 'json', this.passed))
  }
}

/** An event with the headers that go along with it. */
export function outgoingOf(event: CloudEvent, format: 'json' | 'binary' | '', passed: readonly Header[]): Outgoing {
  const { headers, body } = format === 'json' ? writeStructured(event) : writeBinary(event)
  let fields = ''
  for (const [name, value] of headers) fields += fieldLine(name, value)
  for (const [name, value] of passed) fields += fieldLine(name, value)
  return { fields, body }
}
