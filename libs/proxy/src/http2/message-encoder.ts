import type { HeaderList } from '../header-list.ts'
import { nominations } from '../http1/nominations.ts'
import type { OutgoingRequest } from '../http1/upstream-connection.ts'
import type { HeaderEdits } from '../upstream/upstreams.ts'
import { FieldEncoder } from './hpack/encoder.ts'
import { nameCode } from './hpack/name-code.ts'
import { neverIndexedIn } from './hpack/never-indexed.ts'

const method = nameCode(':method')
const scheme = nameCode(':scheme')
const authority = nameCode(':authority')
const path = nameCode(':path')
const status = nameCode(':status')
const te = nameCode('te')

// What the visitor of a list works with: one message at a time, so that none costs a closure.
let target: FieldEncoder
let edits: HeaderEdits | undefined
let nominated: ReadonlySet<string> | undefined
let never: ReadonlySet<string> | undefined

const visit = (name: string, value: string): void => {
  const code = nameCode(name)
  if (code.dropped) return
  const { lower } = code
  if (nominated !== undefined && nominated.has(lower)) return
  if (edits !== undefined && edits.names.has(lower)) return
  target.field(code, value, never !== undefined && never.has(lower))
}

function fields(encoder: FieldEncoder, list: HeaderList, changes: HeaderEdits | undefined): void {
  target = encoder
  edits = changes
  nominated = list.has('Connection') ? nominations(list) : undefined
  never = neverIndexedIn(list)
  list.forEach(visit)
}

/** Encodes the head of a request (RFC 9113 8.3.1): lower-case names, without what belongs to an HTTP/1 connection. */
export function encodeRequest(encoder: FieldEncoder, request: OutgoingRequest): void {
  encoder.begin()
  encoder.field(method, request.method)
  encoder.field(scheme, 'http')
  if (request.host !== '') encoder.field(authority, request.host)
  encoder.field(path, request.target)
  fields(encoder, request.headers, request.edits)
  if (request.edits !== undefined) for (const [, lower, value] of request.edits.set) encoder.field(nameCode(lower), value)
  if (request.headers.hasToken('TE', 'trailers')) encoder.field(te, 'trailers')
}

/** Encodes the head of a response, interim ones too. */
export function encodeResponse(encoder: FieldEncoder, code: number, headers: HeaderList): void {
  encoder.begin()
  encoder.field(status, String(code))
  fields(encoder, headers, undefined)
}

/** Encodes trailers; false when there is none to send. */
export function encodeTrailers(encoder: FieldEncoder, trailers: HeaderList): boolean {
  if (trailers.size === 0) return false
  encoder.begin()
  fields(encoder, trailers, undefined)
  // A block that only tells the size of the table must be sent too: the next one builds on it.
  return FieldEncoder.at > 0
}
