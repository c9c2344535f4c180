import { type CloudEvent, decodeStored, type Header, withAttributes, writeBinary, writeStructured } from '@knative-ts/eventing'
import { fieldLine } from '@knative-ts/proxy'
import { attributes } from '../event-attributes.ts'
import { setOwn } from '../own-event.ts'
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
    if (this.ttl !== undefined) setOwn(event, attributes.ttl, undefined)
    this.event = event
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
  const plain = format === 'json' ? undefined : plainFields(event)
  if (plain !== undefined) return { fields: plain + linesOf(passed), body: event.data ?? none }
  const { headers, body } = format === 'json' ? writeStructured(event) : writeBinary(event)
  return { fields: linesOf(headers) + linesOf(passed), body }
}

/** What most values are: nothing in them has to be encoded. */
const fit = /^[\x21-\x7e]+$/

/** The lines that `writeBinary` comes to for most events, without what it makes on the way; undefined for the others. */
function plainFields({ attributes: all }: CloudEvent): string | undefined {
  let fields = ''
  for (const [name, value] of all) {
    if (!fit.test(value)) return undefined
    fields += name === 'datacontenttype' ? `content-type: ${value}\r\n` : `ce-${name}: ${value}\r\n`
  }
  return fields
}

function linesOf(headers: readonly Header[]): string {
  let fields = ''
  for (const [name, value] of headers) fields += fieldLine(name, value)
  return fields
}

const none = new Uint8Array(0)
