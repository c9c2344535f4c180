import { HeaderList } from '../header-list.ts'
import { isHost } from '../http1/request-framing.ts'
import { FieldDecoder } from './hpack/decoder.ts'
import { fieldKind } from './hpack/field.ts'

/**
 * Why a request is refused. `malformed` ones break the rules of RFC 9113 section 8, and their stream is reset; the others could mean two things or
 * cannot be served, and are answered with 400 (`unknown-expectation` with 417, `too-large` with 431).
 */
export type RequestFault =
  | 'malformed'
  | 'bad-method'
  | 'bad-target'
  | 'bad-host'
  | 'repeated-host'
  | 'host-mismatch'
  | 'missing-host'
  | 'unknown-expectation'
  | 'too-large'

/** What the fields of a request head say. Filled by `readRequestHead`, valid until the next call. */
export class RequestHead {
  static method = ''
  static target = ''
  /** The fields without pseudo fields; cookies, which HTTP/2 may split, are one again (RFC 9113 8.2.3); Host, last, is the authority. */
  static headers = new HeaderList()
  /** Announced length in bytes; -1 for none. */
  static length = -1
  static expectsContinue = false
}

const lengthText = /^[0-9]{1,15}$/
const methodText = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
/** Visible ASCII without a fragment; each per cent sign in the path has its two digits (RFC 3986 2.1), the query is its application's. */
const targetText = /^\/(?:[\x21\x22\x24\x26-\x3e\x40-\x7e]|%[0-9A-Fa-f]{2})*(?:\?[\x21\x22\x24-\x7e]*)?$/
/** Fields that would change a message if somebody merged its trailers into its head (RFC 9110 6.5.1): they are dropped. */
const notInTrailers = new Set(['trailer', 'content-type', 'content-encoding', 'content-range', 'authorization'])

/** Reads the decoded fields as the head of a request (RFC 9113 8.3.1). */
export function readRequestHead(endStream: boolean): RequestFault | undefined {
  const { fields, count } = FieldDecoder
  const list: string[] = []
  let method = ''
  let scheme = ''
  let path = ''
  let authority: string | undefined
  let host: string | undefined
  let cookie: string | undefined
  let fault: RequestFault | undefined
  let length = -1
  let expects = false
  let regular = false
  for (let index = 0; index < count; index++) {
    const { name, value, kind } = fields[index] as (typeof fields)[number]
    if (kind >= fieldKind.method && kind <= fieldKind.authority) {
      if (regular || value === '') return 'malformed'
      if (kind === fieldKind.method) {
        if (method !== '') return 'malformed'
        method = value
      } else if (kind === fieldKind.path) {
        if (path !== '') return 'malformed'
        path = value
      } else if (kind === fieldKind.scheme) {
        if (scheme !== '') return 'malformed'
        scheme = value
      } else {
        if (authority !== undefined) return 'malformed'
        authority = value
      }
      continue
    }
    regular = true
    switch (kind) {
      case fieldKind.regular:
        list.push(name, value)
        break
      case fieldKind.host:
        if (host !== undefined) fault = 'repeated-host'
        host = value
        break
      case fieldKind.contentLength:
        if (length >= 0 || !lengthText.test(value)) return 'malformed'
        length = Number(value)
        list.push(name, value)
        break
      case fieldKind.cookie:
        cookie = cookie === undefined ? value : `${cookie}; ${value}`
        break
      case fieldKind.te:
        if (value.toLowerCase() !== 'trailers') return 'malformed'
        list.push(name, value)
        break
      case fieldKind.expect:
        if (value.toLowerCase() !== '100-continue') fault ??= 'unknown-expectation'
        expects = true
        list.push(name, value)
        break
      default:
        return 'malformed'
    }
  }
  if (method === '') return 'malformed'
  if (method !== 'CONNECT' && (path === '' || (scheme !== 'http' && scheme !== 'https'))) return 'malformed'
  if (endStream && length > 0) return 'malformed'
  fault ??= faultOf(method, path, authority, host)
  if (cookie !== undefined) list.push('cookie', cookie)
  list.push('Host', authority ?? host ?? '')
  RequestHead.method = method
  RequestHead.target = path
  RequestHead.headers = new HeaderList(list)
  RequestHead.length = endStream ? 0 : length
  RequestHead.expectsContinue = expects && !endStream
  return fault
}

/** What two recipients might read differently, or what these proxies do not serve. */
function faultOf(method: string, path: string, authority: string | undefined, host: string | undefined): RequestFault | undefined {
  // A proxy that opens no tunnels to anywhere; and PRI is the preface's.
  if (method === 'CONNECT' || method === 'PRI' || !methodText.test(method)) return 'bad-method'
  if (!targetText.test(path) && !(path === '*' && method === 'OPTIONS')) return 'bad-target'
  const named = authority ?? host
  if (named === undefined) return 'missing-host'
  if (!isHost(named)) return 'bad-host'
  if (host !== undefined && host.toLowerCase() !== named.toLowerCase()) return 'host-mismatch'
  return undefined
}

/** Reads the decoded fields as trailers (RFC 9113 8.1); undefined when they are malformed. */
export function readTrailers(): HeaderList | undefined {
  const { fields, count } = FieldDecoder
  const list: string[] = []
  for (let index = 0; index < count; index++) {
    const { name, value, kind } = fields[index] as (typeof fields)[number]
    if (kind >= fieldKind.unknownPseudo || (kind >= fieldKind.method && kind <= fieldKind.status)) return undefined
    const framing = kind === fieldKind.host || kind === fieldKind.contentLength || kind === fieldKind.te
    if (!framing && !notInTrailers.has(name)) list.push(name, value)
  }
  return new HeaderList(list)
}
