import { readFileSync } from 'node:fs'
import type { NamedAnswer } from '../testing/recorded-sink.ts'

export type Fields = readonly (readonly [name: string, value: string])[]
export type RecordedBody = string | { readonly base64: string }

export interface RecordedRequest {
  readonly method: string
  readonly path: string
  readonly headers: Fields
  readonly body: RecordedBody
}

/** A request to a door, its answer, and what its subscriber got. */
export interface DoorCase {
  readonly name: string
  readonly request: RecordedRequest
  readonly response: { readonly status: number; readonly headers: Fields; readonly body: string }
  readonly received: readonly RecordedRequest[]
}

/** An event to a broker or channel, and what all sinks got. */
export interface DeliveryCase {
  readonly name: string
  readonly event: string
  readonly received: readonly RecordedRequest[]
  readonly replies: readonly RecordedRequest[]
}

export interface RecordedTrigger {
  readonly name: string
  readonly subscriber: { readonly uri: string }
  readonly delivery: null | {
    readonly retry?: number
    readonly backoffPolicy?: 'linear' | 'exponential'
    readonly backoffDelay?: string
    readonly timeout?: string
    readonly format?: 'json' | 'binary'
    readonly deadLetterSink?: { readonly uri: string }
  }
  readonly filter: { readonly attributes?: Readonly<Record<string, string>> }
}

export interface Recording {
  readonly receiver: { readonly answers: Readonly<Record<string, NamedAnswer>> }
  readonly ingress: readonly DoorCase[]
  readonly channel: readonly DoorCase[]
  readonly filter: readonly DoorCase[]
  readonly triggers: readonly RecordedTrigger[]
  readonly delivery: readonly DeliveryCase[]
  readonly filters: {
    readonly triggers: Readonly<Record<string, { readonly spec: object }>>
    readonly events: Readonly<Record<string, Fields | { readonly structured: object }>>
    readonly delivered_to: Readonly<Record<string, readonly string[]>>
  }
}

/** What the original's data plane did on the wire. */
export const recording = JSON.parse(readFileSync(new URL('http.recorded.json', import.meta.url), 'utf8')) as Recording

/** `<N bytes>` stands for that many. */
export function bytesOf(body: RecordedBody): Buffer {
  if (typeof body !== 'string') return Buffer.from(body.base64, 'base64')
  const size = /^<(\d+) bytes>$/.exec(body)
  return size === null ? Buffer.from(body, 'latin1') : Buffer.alloc(Number(size[1]), 'x')
}

/** A header's value, `<N bytes>` filled in. */
export function valueOf(value: string): string {
  const size = /^<(\d+) bytes>$/.exec(value)
  return size === null ? value : 'x'.repeat(Number(size[1]))
}
