import type { HeaderList } from '../header-list.ts'
import { isHopByHop } from '../headers/hop-by-hop.ts'
import type { HeaderEdits } from '../upstreams.ts'
import { reasonOf } from './reasons.ts'

/** How the body that follows a head is framed. */
export type BodyFraming =
  /** No body, or `Content-Length` is among the fields. */
  | 'as-listed'
  | 'chunked'
  /** By the end of the connection: to HTTP/1.0 clients only. */
  | 'close'

export interface ResponseHead {
  readonly status: number
  readonly reason: string
  readonly headers: HeaderList
  readonly framing: BodyFraming
  /** Value of Connection, or empty for none. */
  readonly connection: string
}

/** Text of a response head. Fields keep order and case; the connection's own are written anew. */
export function responseHeadText(head: ResponseHead): string {
  let text = `HTTP/1.1 ${head.status} ${head.reason === '' ? reasonOf(head.status) : head.reason}\r\n`
  const nominated = nominations(head.headers)
  head.headers.forEach((name, value) => {
    const lower = name.toLowerCase()
    if (isHopByHop(lower) && !(lower === 'trailer' && head.framing === 'chunked')) return
    if (lower === 'content-length' && head.framing !== 'as-listed') return
    if (nominated?.has(lower) === true) return
    text += `${name}: ${value}\r\n`
  })
  if (head.framing === 'chunked') text += 'Transfer-Encoding: chunked\r\n'
  if (head.connection !== '') text += `Connection: ${head.connection}\r\n`
  return `${text}\r\n`
}

export interface RequestHead {
  readonly method: string
  readonly target: string
  /** Written in the place of the Host field, or first. */
  readonly host: string
  readonly headers: HeaderList
  readonly edits: HeaderEdits | undefined
  readonly chunked: boolean
  readonly upgrade: string | undefined
}

/** Text of a request head to an HTTP/1.1 upstream. */
export function requestHeadText(head: RequestHead): string {
  const { headers, edits } = head
  let text = `${head.method} ${head.target} HTTP/1.1\r\n`
  if (!headers.has('Host')) text += `Host: ${head.host}\r\n`
  const nominated = nominations(headers)
  headers.forEach((name, value) => {
    const lower = name.toLowerCase()
    if (lower === 'host') {
      text += `${name}: ${head.host}\r\n`
      return
    }
    if (isHopByHop(lower) && !(lower === 'trailer' && head.chunked)) return
    if (nominated?.has(lower) === true || edits?.remove.has(lower) === true) return
    if (edits?.set.some((field) => field[1] === lower) === true) return
    if (lower === 'content-length' && head.chunked) return
    text += `${name}: ${value}\r\n`
  })
  if (edits !== undefined) for (const [name, , value] of edits.set) text += `${name}: ${value}\r\n`
  if (headers.hasToken('TE', 'trailers')) text += 'TE: trailers\r\n'
  if (head.chunked) text += 'Transfer-Encoding: chunked\r\n'
  if (head.upgrade !== undefined) text += `Connection: Upgrade\r\nUpgrade: ${head.upgrade}\r\n`
  return `${text}\r\n`
}

/** Text of trailer fields, the empty line included. */
export function trailersText(trailers: HeaderList | undefined): string {
  let text = ''
  trailers?.forEach((name, value) => {
    text += `${name}: ${value}\r\n`
  })
  return `${text}\r\n`
}

/** What a proxy's rules rest on: a client may not have it dropped by nominating it in Connection. */
function isProtected(name: string): boolean {
  return name === 'forwarded' || name.startsWith('x-forwarded-') || name.startsWith('k-') || name.startsWith('knative-')
}

/** Lower-case names that `Connection` nominates as hop-by-hop, beyond the standing ones. */
export function nominations(headers: HeaderList): ReadonlySet<string> | undefined {
  if (!headers.has('Connection')) return undefined
  const names = headers
    .getAll('Connection')
    .flatMap((value) => value.toLowerCase().split(','))
    .map((name) => name.trim())
  return new Set(names.filter((name) => name !== '' && !isProtected(name)))
}
