const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1')

/** Whether a connection that begins with `bytes` speaks HTTP/2 (RFC 9113 3.4). `partial`: too few bytes to say. */
export function matchPreface(bytes: Buffer, from = 0, to = bytes.length): 'http1' | 'http2' | 'partial' {
  // Nearly every connection is decided by its first byte.
  if (bytes[from] !== preface[0]) return 'http1'
  const shared = Math.min(to - from, preface.length)
  if (bytes.compare(preface, 0, shared, from, from + shared) !== 0) return 'http1'
  return shared === preface.length ? 'http2' : 'partial'
}
