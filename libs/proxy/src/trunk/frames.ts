/**
 * A trunk carries many connections of HTTP/1.1 over one, so that what many of them say within a turn of the event loop leaves in one system call
 * (ADR 0043). Each connection's bytes are what they would be on a socket of its own.
 *
 *     trunk   = preface, frames         (the dialling side)    preface   = "TRUNK knative-ts/1" CRLF CRLF
 *             | greeting, frames        (the accepting side)   greeting  = a `greeting` frame with id 0
 *     frame   = kind (1 byte), length (3 bytes), id (4 bytes), and, for `data` alone, so many bytes
 *
 * Ids begin at 1 and rise. Connections are opened by the dialling side, once it has been greeted.
 */

/**
 * What a server that accepts trunks says it can be upgraded to (RFC 9110 7.8), in the first answer on each connection: with the address at which it was
 * reached, `ip:port`. Who dialled another one reached it through something that spreads connections over many servers, and must not tie them together.
 */
export function trunkOffer(address: string): string {
  return `knative-ts-trunk/${address.replace(/[^0-9A-Za-z.]/g, '-')}`
}

/** No HTTP server takes it for a request line: it lacks a target. */
export const trunkPreface: Buffer = Buffer.from('TRUNK knative-ts/1\r\n\r\n', 'latin1')

export const frameKind = {
  /** Bytes of a connection. */
  data: 0,
  /** The sender has ended its output of a connection. */
  end: 1,
  /** The connection is closed, both ways. */
  reset: 2,
  /** The sender takes `length` bytes more of a connection. */
  window: 3,
  /** The accepting side takes the trunk. */
  greeting: 4,
  /** The accepting side wants no more connections; the dialling side answers it with the same, and opens none behind it. */
  leave: 5,
  /** The dialling side opens a connection. */
  open: 6
} as const

/** Bytes of a frame before its data. */
export const frameHead = 8
/** Bytes of data in one frame at most: others get their turn between two. */
export const frameData = 64 * 1024
/** Bytes of requests that a connection may have under way before they are read: a head of the largest size, and a short body. */
export const requestWindow = 128 * 1024
/** The same of responses. */
export const responseWindow = 64 * 1024
/** Connections of one trunk: with their windows, what readers that do not read may cost. */
export const mostConnections = 512
