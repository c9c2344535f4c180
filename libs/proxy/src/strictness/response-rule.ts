/** What a client gets of a response. Fields read `Name: value`, in order, without those that frame or belong to a connection. */
export interface Relayed {
  readonly status: number
  readonly fields: readonly string[]
  readonly body: string
  readonly trailers: readonly string[]
  readonly interim: readonly number[]
}

/**
 * What becomes of an upstream's bytes: relayed whole; refused, so that the client gets 502 and nothing of them; or broken off behind the head, so that
 * the client cannot take what it got for the whole.
 */
export type ResponseEnd = 'relayed' | 'refused' | 'broken'

/** Some bytes that an upstream answers a request with, and what must come of them, however they are split. */
export interface ResponseRow {
  readonly why: string
  readonly bytes: string
  readonly ends: ResponseEnd
  /** Whole when relayed; of a broken response the head, and the body as far as it may come. */
  readonly relayed: Relayed
  readonly request: string
  readonly method: string
  /** The upstream ends the connection behind its bytes. */
  readonly hangsUp: boolean
  /** The connection to the upstream serves another request. */
  readonly kept: boolean
}

/** One rule of the grammar of responses. */
export interface ResponseRule {
  readonly name: string
  readonly section: string
  readonly rows: readonly ResponseRow[]
}

/** A rule of the corpus of responses. */
export function responseRule(name: string, section: string, rows: readonly ResponseRow[]): ResponseRule {
  return { name, section, rows }
}

type More = Partial<Relayed> & Partial<Pick<ResponseRow, 'request' | 'method' | 'hangsUp' | 'kept'>>

/** Relayed as it is; unless said otherwise 200 with an empty body, and the connection is kept. */
export function relay(bytes: string, why: string, more: More = {}): ResponseRow {
  return row('relayed', bytes, why, { kept: more.hangsUp !== true, ...more })
}

/** Refused: the client gets 502. */
export function refuseResponse(bytes: string, why: string, more: More = {}): ResponseRow {
  return row('refused', bytes, why, { kept: false, ...more })
}

/** Broken off; of what came in one piece with the fault, the client may get nothing. */
export function breakOff(bytes: string, why: string, more: More = {}): ResponseRow {
  return row('broken', bytes, why, { kept: false, ...more })
}

function row(ends: ResponseEnd, bytes: string, why: string, more: More): ResponseRow {
  const { status = 200, fields = [], body = '', trailers = [], interim = [], method = 'GET', hangsUp = false, kept = false } = more
  const { request = `${method} / HTTP/1.1\r\nHost: h\r\n\r\n` } = more
  return { why, bytes, ends, relayed: { status, fields, body, trailers, interim }, request, method, hangsUp, kept }
}

/** 200 with these fields, each with its line end, and what follows the head. */
export const ok = (fields: string, body = ''): string => `HTTP/1.1 200 OK\r\n${fields}\r\n${body}`
/** A chunked 200 with this body, framing included. */
export const okChunked = (body: string): string => ok('Transfer-Encoding: chunked\r\n', body)
/** 200 without a body, by another status line. */
export const statusLine = (text: string): string => `${text}\r\nContent-Length: 0\r\n\r\n`
