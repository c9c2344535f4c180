import type { FaultCode } from '../http1/fault.ts'

/** What a handler is given of one whole request. Fields and trailers read `Name: value`, in order, without Host; bytes are latin1 characters. */
export interface Seen {
  readonly method: string
  readonly target: string
  readonly host: string
  readonly version: '1.0' | '1.1'
  readonly fields: readonly string[]
  readonly body: string
  readonly trailers: readonly string[]
  /** Protocol that the client asks to switch to. */
  readonly upgrade?: string
}

/**
 * What becomes of the connection behind the requests that were seen: it serves the next one, is closed by agreement, waits for more bytes
 * (and gives no answer when they never come), belongs to HTTP/2, or is refused for a broken rule: 400 (417 for an expectation) and closed.
 */
export type End = 'open' | 'closed' | 'waits' | 'http2' | FaultCode

/** Some bytes of a client and what must come of them, however they are split. */
export interface Row {
  readonly why: string
  readonly bytes: string
  readonly sees: readonly Seen[]
  readonly ends: End
}

/** One rule of the grammar, its source, and at most twenty messages about it. */
export interface Rule {
  readonly name: string
  readonly section: string
  readonly rows: readonly Row[]
}

/** A rule of the corpus. */
export function rule(name: string, section: string, rows: readonly Row[]): Rule {
  return { name, section, rows }
}

/** No request of `bytes` reaches a handler whole. */
export function refuse(fault: FaultCode, bytes: string, why: string): Row {
  return { why, bytes, sees: [], ends: fault }
}

/** Every request of `bytes` reaches a handler; unless said otherwise one GET of `/` at host `h`. */
export function accept(bytes: string, why: string, seen: Partial<Seen> | readonly Partial<Seen>[] = {}, ends: End = 'open'): Row {
  const list = Array.isArray(seen) ? (seen as readonly Partial<Seen>[]) : [seen as Partial<Seen>]
  return { why, bytes, sees: list.map((one) => ({ ...plain, ...one })), ends }
}

/** `bytes` are the begin of something. */
export function waits(bytes: string, why: string): Row {
  return { why, bytes, sees: [], ends: 'waits' }
}

const plain: Seen = { method: 'GET', target: '/', host: 'h', version: '1.1', fields: [], body: '', trailers: [] }

/** A request with the given request line, Host `h`, and no other field. */
export const line = (text: string): string => `${text}\r\nHost: h\r\n\r\n`
/** GET `/` of host `h` with more fields, each with its line end. */
export const get = (fields: string): string => `GET / HTTP/1.1\r\nHost: h\r\n${fields}\r\n`
/** POST `/` of host `h` with more fields, and what follows the head. */
export const post = (fields: string, body = ''): string => `POST / HTTP/1.1\r\nHost: h\r\n${fields}\r\n${body}`
/** A chunked POST with this body, framing included. */
export const chunked = (body: string): string => post('Transfer-Encoding: chunked\r\n', body)
/** What a handler sees of `chunked`. */
export const chunks = (body: string, trailers: readonly string[] = []): Partial<Seen> => ({
  method: 'POST',
  fields: ['Transfer-Encoding: chunked'],
  body,
  trailers
})
/** What a handler sees of `post` with these fields. */
export const posted = (fields: readonly string[], body: string): Partial<Seen> => ({ method: 'POST', fields, body })
