import { trunkPreface } from '../trunk/frames.ts'

const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1')

/** Whether a connection that begins with `bytes` speaks HTTP/2 (RFC 9113 3.4), or is a trunk. `partial`: too few bytes to say. */
export function matchPreface(bytes: Buffer, from = 0, to = bytes.length, trunks = false): 'http1' | 'http2' | 'trunk' | 'partial' {
  // Nearly every connection is decided by its first byte.
  const http2 = bytes[from] === preface[0]
  if (!http2 && (!trunks || bytes[from] !== trunkPreface[0])) return 'http1'
  const wanted = http2 ? preface : trunkPreface
  const shared = Math.min(to - from, wanted.length)
  if (bytes.compare(wanted, 0, shared, from, from + shared) !== 0) return 'http1'
  return shared < wanted.length ? 'partial' : http2 ? 'http2' : 'trunk'
}
