/** Heads as they leave: received ones are copied by ranges, less what belongs to the connection they came by. */
import { HeaderList, type HeaderParts } from '../header-list.ts'
import { isHopByHop } from '../headers/hop-by-hop.ts'
import type { HeaderEdits } from '../upstream/upstreams.ts'
import type { Wire } from '../wire/wire.ts'
import { AS_RECEIVED, type Head, REPLACED } from './head.ts'
import { fieldKinds } from './field-name.ts'
import { nominations } from './nominations.ts'
import { reasonOf } from './reasons.ts'

/** How the body that follows a head is framed. */
export type BodyFraming =
  /** No body, or `Content-Length` is among the fields. */
  | 'as-listed'
  | 'chunked'
  /** By the end of the connection: to HTTP/1.0 clients only. */
  | 'close'

export interface RequestHead {
  readonly method: string
  readonly target: string
  /** Written in the place of the Host field, or first; undefined leaves the field as it is. */
  readonly newHost: string | undefined
  readonly headers: HeaderList
  /** The request line that came with the head says what method and target say. */
  readonly sameLine: boolean
  readonly edits: HeaderEdits | undefined
  readonly chunked: boolean
  readonly upgrade: string | undefined
}

const http11 = ' HTTP/1.1\r\n'
const CR = 0x0d
const LF = 0x0a

/** Which fields of a received head stay behind. */
interface Filter {
  readonly chunked: boolean
  readonly dropsLength: boolean
  readonly newHost: string | undefined
  readonly edits: HeaderEdits | undefined
  readonly nominated: ReadonlySet<string> | undefined
}

/** Writes a request head for an HTTP/1.1 upstream. */
export function writeRequestHead(wire: Wire, request: RequestHead): void {
  const { headers, edits, newHost, chunked } = request
  const parts = HeaderList.parts(headers)
  const { head } = parts
  const nominated = nominationsOf(parts, headers)
  let extra = extraFields(parts, nominated, edits, chunked, chunked, newHost !== undefined)
  if (edits !== undefined) for (const [name, , value] of edits.set) extra += `${name}: ${value}\r\n`
  if (mayHold(head, fieldKinds.te) && headers.hasToken('TE', 'trailers')) extra += 'TE: trailers\r\n'
  if (chunked) extra += 'Transfer-Encoding: chunked\r\n'
  if (request.upgrade !== undefined) extra += `Connection: Upgrade\r\nUpgrade: ${request.upgrade}\r\n`
  const hostFirst = newHost !== undefined && (head === undefined || head.findKind(fieldKinds.host) < 0) ? `Host: ${newHost}\r\n` : ''
  const sameLine = head !== undefined && request.sameLine
  const lead = sameLine ? '' : `${request.method} ${request.target}${http11}${hostFirst}`
  if (head === undefined) {
    wire.writeText(`${lead}${extra}\r\n`)
    return
  }
  const filter = { chunked, dropsLength: chunked, newHost, edits, nominated }
  const { minor } = head
  wire.reserve(head.length + lead.length + hostFirst.length + http11.length + extra.length + 2)
  let from = 0
  if (!sameLine) {
    text(wire, lead)
    from = head.fieldsAt
  } else if (minor === 0 || hostFirst !== '') {
    range(wire, head, 0, head.targetEnd)
    text(wire, `${http11}${hostFirst}`)
    from = head.fieldsAt
  }
  fields(wire, head, parts.values, from, filter)
  text(wire, extra)
  end(wire)
}

export interface ResponseHead {
  readonly status: number
  /** Of a response without a status line of its own. */
  readonly reason: string
  readonly headers: HeaderList
  readonly framing: BodyFraming
  /** Value of Connection, or empty for none. */
  readonly connection: string
  /** Protocol of a 101. */
  readonly upgrade?: string
}

/** Bytes of a status line that lacks even the space before its reason. It is not passed on. */
const shortestLine = 'HTTP/1.1 200\r\n'.length

/** Text of a head of ours whose fields are all in the list: with a length among them, and on a connection that is kept. */
export function ownHeadText(status: number, headers: HeaderList): string {
  const parts = HeaderList.parts(headers)
  const extra = extraFields(parts, nominationsOf(parts, headers), undefined, false, false, false)
  return `HTTP/1.1 ${status} ${reasonOf(status)}\r\n${extra}\r\n`
}

/** Writes a response head. */
export function writeResponseHead(wire: Wire, response: ResponseHead): void {
  const { headers, framing, status } = response
  const parts = HeaderList.parts(headers)
  const { head } = parts
  const nominated = nominationsOf(parts, headers)
  const chunked = framing === 'chunked'
  let extra = extraFields(parts, nominated, undefined, chunked, framing !== 'as-listed', false)
  if (chunked) extra += 'Transfer-Encoding: chunked\r\n'
  if (response.connection !== '') extra += `Connection: ${response.connection}\r\n`
  if (response.upgrade !== undefined) extra += `Upgrade: ${response.upgrade}\r\n`
  if (head === undefined || head.fieldsAt === 0) {
    const line = `HTTP/1.1 ${status} ${response.reason === '' ? reasonOf(status) : response.reason}\r\n`
    wire.writeText(`${line}${extra}\r\n`)
    return
  }
  wire.reserve(head.length + extra.length + 64)
  let from = 0
  if (head.fieldsAt === shortestLine) {
    text(wire, `HTTP/1.1 ${status} ${reasonOf(status)}\r\n`)
    from = head.fieldsAt
  } else if (head.minor === 0) {
    text(wire, 'HTTP/1.1')
    from = 8
  }
  fields(wire, head, parts.values, from, { chunked, dropsLength: framing !== 'as-listed', newHost: undefined, edits: undefined, nominated })
  text(wire, extra)
  end(wire)
}

function nominationsOf({ head, fields: added }: HeaderParts, headers: HeaderList): ReadonlySet<string> | undefined {
  return mayHold(head, fieldKinds.connection) || added.length > 0 ? nominations(headers) : undefined
}

function mayHold(head: Head | undefined, kind: number): boolean {
  return head === undefined || (head.kinds & (1 << kind)) !== 0
}

/** Text of the fields that did not come with the head. */
function extraFields(
  { fields: added }: HeaderParts,
  nominated: ReadonlySet<string> | undefined,
  edits: HeaderEdits | undefined,
  chunked: boolean,
  dropsLength: boolean,
  dropsHost: boolean
): string {
  let extra = ''
  for (let at = 0; at < added.length; at += 2) {
    const name = added[at] as string
    const lower = name.toLowerCase()
    if (isHopByHop(lower) && !(lower === 'trailer' && chunked)) continue
    if ((lower === 'content-length' && dropsLength) || (lower === 'host' && dropsHost)) continue
    if (nominated?.has(lower) === true || edits?.names.has(lower) === true) continue
    extra += `${name}: ${added[at + 1] as string}\r\n`
  }
  return extra
}

/** Copies the head from `from` on, less what the filter drops and the empty line, in as few pieces as possible. */
function fields(wire: Wire, head: Head, values: HeaderParts['values'], from: number, filter: Filter): void {
  const { count, state } = head
  let start = from
  for (let index = 0; index < count; index++) {
    if (state[index] === AS_RECEIVED && stays(head, index, filter)) continue
    const line = head.at[index * 4] as number
    if (line > start) range(wire, head, start, line)
    start = head.lineEnd(index)
    const value = replacement(head, index, values, filter)
    if (value === undefined) continue
    range(wire, head, line, head.at[index * 4 + 1] as number)
    text(wire, `: ${value}\r\n`)
  }
  if (head.length - 2 > start) range(wire, head, start, head.length - 2)
}

/** What a field has instead of its received value; undefined when it goes. */
function replacement(head: Head, index: number, values: HeaderParts['values'], filter: Filter): string | undefined {
  if (head.kind[index] === fieldKinds.host && filter.newHost !== undefined) return filter.newHost
  return head.state[index] === REPLACED && stays(head, index, filter) ? values?.[index] : undefined
}

function stays(head: Head, index: number, filter: Filter): boolean {
  const kind = head.kind[index] as number
  if (kind >= fieldKinds.firstHop) return kind === fieldKinds.trailer && filter.chunked
  if (kind === fieldKinds.host) return filter.newHost === undefined
  if (kind === fieldKinds.contentLength && filter.dropsLength) return false
  const { edits, nominated } = filter
  if (edits === undefined && nominated === undefined) return true
  if (edits !== undefined && edits.hashes.has(head.hash[index] as number) && edits.names.has(head.name(index).toLowerCase())) return false
  return nominated === undefined || !nominated.has(head.name(index).toLowerCase())
}

function range(wire: Wire, head: Head, from: number, to: number): void {
  const size = to - from
  head.bytes.copy(wire.reserve(size), wire.at, head.base + from, head.base + to)
  wire.at += size
}

function text(wire: Wire, value: string): void {
  if (value === '') return
  // Room first: making it may send what was composed, and move `at`.
  const out = wire.reserve(value.length)
  wire.at += out.write(value, wire.at, 'latin1')
}

function end(wire: Wire): void {
  const out = wire.reserve(2)
  out[wire.at++] = CR
  out[wire.at++] = LF
  wire.commit()
}

/** Text of trailer fields, the empty line included. */
export function trailersText(trailers: HeaderList | undefined): string {
  let lines = ''
  trailers?.forEach((name, value) => {
    lines += `${name}: ${value}\r\n`
  })
  return `${lines}\r\n`
}
