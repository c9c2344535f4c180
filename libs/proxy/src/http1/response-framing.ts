import { listHolds, trimmed } from '../header-list.ts'
import { fieldKinds } from './field-name.ts'
import type { Head } from './head.ts'
import { announcesFraming, lengthAt } from './request-framing.ts'

/** How a response body ends. */
export interface ResponseFrame {
  /** Bytes; -1 for chunked; -2 for the end of the connection. */
  bodyLength: number
  /** The connection may serve another request. */
  keepAlive: boolean
}

/** Dropping one of these because `Connection` nominates it would leave the response without the frame that it has. */
const neverNominated = new Set(['content-length', 'transfer-encoding'])

const frame: ResponseFrame = { bodyLength: 0, keepAlive: true }

/**
 * Frame of a final response, or undefined when it is ambiguous or malformed: then the upstream has failed (RFC 9112 6.3). Valid until the next call.
 *
 * @param bodiless the request was HEAD
 */
export function frameResponse(head: Head, bodiless: boolean): ResponseFrame | undefined {
  const { kind, count, minor, status } = head
  let length = -1
  let chunked = false
  let misannounces = false
  let close = false
  let keep = false
  for (let index = 0; index < count; index++) {
    switch (kind[index]) {
      case fieldKinds.contentLength:
        if (length >= 0) return undefined
        length = lengthAt(head, index)
        if (length < 0) return undefined
        break
      case fieldKinds.transferEncoding:
        if (chunked || minor === 0 || head.value(index).toLowerCase() !== 'chunked') return undefined
        chunked = true
        break
      case fieldKinds.connection:
        for (const member of head.value(index).toLowerCase().split(',')) if (neverNominated.has(trimmed(member))) return undefined
        close ||= listHolds(head.value(index), 'close')
        keep ||= listHolds(head.value(index), 'keep-alive')
        break
      case fieldKinds.trailer:
        misannounces ||= announcesFraming(head.value(index))
        break
      default:
    }
  }
  if (chunked && (length >= 0 || misannounces)) return undefined
  frame.keepAlive = minor === 1 ? !close : keep && !close
  // A 204 that announces a body may send it, too: those bytes would be read as the next answer.
  if (status === 204 && (length > 0 || chunked)) frame.keepAlive = false
  if (bodiless || status === 204 || status === 304) frame.bodyLength = 0
  else if (chunked) frame.bodyLength = -1
  else if (length >= 0) frame.bodyLength = length
  else {
    frame.bodyLength = -2
    frame.keepAlive = false
  }
  return frame
}
