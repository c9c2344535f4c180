import { listHolds } from '../header-list.ts'

/** How a response body ends. */
export interface ResponseFrame {
  /** Bytes; -1 for chunked; -2 for the end of the connection. */
  readonly bodyLength: number
  /** The connection may serve another request. */
  readonly keepAlive: boolean
}

/** Frame of a final response to `method`, or undefined when it is ambiguous or malformed: then the upstream has failed (RFC 9112 6.3). */
export function frameResponse(method: string, status: number, minor: number, fields: readonly string[]): ResponseFrame | undefined {
  let length = -1
  let chunked = false
  let close = false
  let keep = false
  for (let at = 0; at < fields.length; at += 2) {
    const name = (fields[at] as string).toLowerCase()
    const value = fields[at + 1] as string
    if (name === 'content-length') {
      if (length >= 0 || !/^[0-9]{1,15}$/.test(value)) return undefined
      length = Number(value)
    } else if (name === 'transfer-encoding') {
      if (chunked || value.toLowerCase() !== 'chunked' || minor === 0) return undefined
      chunked = true
    } else if (name === 'connection') {
      close ||= listHolds(value, 'close')
      keep ||= listHolds(value, 'keep-alive')
    }
  }
  if (chunked && length >= 0) return undefined
  const keepAlive = minor === 1 ? !close : keep && !close
  if (method === 'HEAD' || status === 204 || status === 304) return { bodyLength: 0, keepAlive }
  if (chunked) return { bodyLength: -1, keepAlive }
  return length >= 0 ? { bodyLength: length, keepAlive } : { bodyLength: -2, keepAlive: false }
}
