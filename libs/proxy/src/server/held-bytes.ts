import type { InboundRequest } from './exchange.ts'

/** What the core keeps of a body that nobody takes (64 KiB; http1/request-body.ts), and the read in which it gets there (128 KiB). */
const mostBodyBytes = 192 * 1024
/** A field is kept as text, with what joins name and value. */
const bytesPerField = 64

/**
 * Bytes of a held request beside its head and body: its connection with socket and parser, the exchange, the wait, and their promises. Measured as
 * growth of the resident set with 4,000 held requests, rounded up (the activator's README, Limits).
 */
export const bytesPerHeld = 16 * 1024

/** What a request costs while it is held: at most this, whatever of its body has come, so that it need not be counted again. */
export function heldBytesOf({ headers, body, target }: InboundRequest): number {
  let head = target.length
  headers.forEach((name, value) => {
    head += name.length + value.length + bytesPerField
  })
  const bodyBytes = body.length < 0 ? mostBodyBytes : Math.min(body.length, mostBodyBytes)
  return bytesPerHeld + head + bodyBytes
}
