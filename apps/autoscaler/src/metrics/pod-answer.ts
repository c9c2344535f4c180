/** An HTTP/1.1 answer as it comes in: `more` is needed, it is `whole`, or nobody can say where it ends. */
export type PodAnswer =
  | { readonly kind: 'more' }
  | { readonly kind: 'bad'; readonly why: string }
  | { readonly kind: 'whole'; readonly status: number; readonly body: Buffer; readonly close: boolean }

const headEnd = Buffer.from('\r\n\r\n')

/** Reads one answer with a Content-Length, or in chunks. */
export function parseAnswer(bytes: Buffer): PodAnswer {
  const end = bytes.indexOf(headEnd)
  if (end < 0) return { kind: 'more' }
  const head = bytes.toString('latin1', 0, end)
  const status = /^HTTP\/1\.[01] (\d{3})\b/.exec(head)?.[1]
  if (status === undefined) return { kind: 'bad', why: 'the answer is no HTTP/1' }
  const from = end + headEnd.length
  const close = /\r\nconnection:[^\r]*\bclose\b/i.test(head)
  const length = /\r\ncontent-length:[ \t]*(\d+)/i.exec(head)?.[1]
  if (length !== undefined) {
    const to = from + Number(length)
    if (bytes.length < to) return { kind: 'more' }
    return { kind: 'whole', status: Number(status), body: bytes.subarray(from, to), close }
  }
  if (!/\r\ntransfer-encoding:[ \t]*chunked/i.test(head)) return { kind: 'bad', why: 'the answer does not say how long it is' }
  const body = unchunked(bytes, from)
  if (body === 'more') return { kind: 'more' }
  if (body === 'bad') return { kind: 'bad', why: 'the answer has a bad chunk' }
  return { kind: 'whole', status: Number(status), body, close }
}

function unchunked(bytes: Buffer, from: number): Buffer | 'more' | 'bad' {
  const parts: Buffer[] = []
  for (let at = from; ;) {
    const end = bytes.indexOf('\r\n', at)
    if (end < 0) return 'more'
    const size = bytes.toString('latin1', at, end)
    if (!/^[0-9a-f]+$/i.test(size)) return 'bad'
    const length = Number.parseInt(size, 16)
    const to = end + 2 + length
    if (bytes.length < to + 2) return 'more'
    if (bytes[to] !== 0x0d || bytes[to + 1] !== 0x0a) return 'bad'
    if (length === 0) return Buffer.concat(parts)
    parts.push(bytes.subarray(end + 2, to))
    at = to + 2
  }
}
