/** The beginning of a body, for the error that refuses it. */
import type { Buffer } from 'node:buffer'

const SHOWN_BYTES = 30

/** What could be JSON as text, anything else in hexadecimal, as Kubernetes does it. */
export function summaryOf(bytes: Uint8Array): string {
  if (bytes.length === 0) return '<empty>'
  const shown = bytes.subarray(0, SHOWN_BYTES) as Buffer
  const text = shown.toString(shown[0] === 0x7b ? 'utf8' : 'hex')
  return bytes.length > SHOWN_BYTES ? `${text} ...` : text
}
