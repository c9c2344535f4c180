import {
  type CloudEvent,
  decodeStored,
  type Header,
  type StoredEvent,
  withAttributes,
  writeBinary,
  writeStructured
} from '@knative-ts/eventing'
import { fieldLine } from '@knative-ts/proxy'
import { bufferWork } from '../buffer-work.ts'
import { attributes } from '../event-attributes.ts'
import type { Outgoing } from './outgoing.ts'

/** One event of a topic on its way to subscribers: what they have in common is computed once. */
export class Parcel {
  /** As it lies in the channel. */
  readonly stored: Uint8Array
  /** performance.now when it was taken from its channel. */
  readonly takenAt = performance.now()
  readonly #read: StoredEvent
  #binary: Outgoing | undefined
  #structured: Outgoing | undefined
  #whole: Outgoing | undefined

  /** Throws an Error for bytes that are no stored event. */
  constructor(stored: Uint8Array) {
    this.stored = stored
    this.#read = decodeStored(stored, attributes.ttl, bufferWork)
  }

  /** Without the broker's time to live, which filters and subscribers do not see. */
  get event(): CloudEvent {
    return this.#read.event
  }

  get ttl(): string | undefined {
    return this.#read.apart
  }

  get passed(): readonly Header[] {
    return this.#read.passed
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
    const { lines, event } = this.#read
    return (this.#binary ??= lines === undefined ? outgoingOf(event, '', this.passed) : { fields: lines, body: event.data ?? none })
  }

  get structured(): Outgoing {
    return (this.#structured ??= outgoingOf(this.event, 'json', this.passed))
  }
}

/** An event with the headers that go along with it. */
export function outgoingOf(event: CloudEvent, format: 'json' | 'binary' | '', passed: readonly Header[]): Outgoing {
  const { headers, body } = format === 'json' ? writeStructured(event) : writeBinary(event)
  return { fields: linesOf(headers) + linesOf(passed), body }
}

function linesOf(headers: readonly Header[]): string {
  let fields = ''
  for (const [name, value] of headers) fields += fieldLine(name, value)
  return fields
}

const none = new Uint8Array(0)
