import { type CloudEvent, type Header, InvalidEvent, isEvent, readEvent } from '@knative-ts/eventing'
import { ReadHeaders } from '../http/read-headers.ts'
import type { Answer } from './answer.ts'

/** What a successful answer brings. */
export type Reply =
  | { readonly kind: 'none' }
  | { readonly kind: 'event'; readonly event: CloudEvent; readonly passed: readonly Header[] }
  /** An event by its headers, which lacks what a receiver asks for: 400 from whoever gets it. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Nothing that could be passed on as an event. */
  | { readonly kind: 'other'; readonly reason: string }

const nothing: Reply = { kind: 'none' }
const versions: ReadonlySet<string> = new Set(['1.0', '0.3'])

/** Looks for an event in an answer (reference 3.3 and 3.7). */
export function replyIn({ headers, body }: Answer): Reply {
  if (headers === undefined) return body.length === 0 ? nothing : { kind: 'other', reason: 'the answer has a body that is no event' }
  const source = new ReadHeaders(headers)
  if (!isEvent(source)) return body.length === 0 ? nothing : { kind: 'other', reason: 'the answer has a body that is no event' }
  try {
    return { kind: 'event', event: readEvent(source, body), passed: source.passed }
  } catch (error) {
    if (!(error instanceof InvalidEvent)) throw error
    const version = source.get('ce-specversion')
    return { kind: version !== undefined && versions.has(version) ? 'refused' : 'other', reason: error.message }
  }
}
