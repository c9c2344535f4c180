import { HeaderList } from '../header-list.ts'
import { ChunkedDecoder } from '../http1/chunked-decoder.ts'
import type { FaultCode } from '../http1/fault.ts'
import { HeadParser } from '../http1/head-parser.ts'
import { frameRequest } from '../http1/request-framing.ts'

const limits = { headBytes: 64 * 1024, headerCount: 256 }

/** What the parsers make of pieces of bytes: everything a recipient could tell, in one comparable value. */
export interface Reading {
  readonly fault?: FaultCode
  readonly head?: string
  readonly body?: string
  readonly trailers?: readonly string[]
  /** Bytes behind the message. */
  readonly rest?: string
  readonly complete: boolean
}

/** Reads one request from `pieces` as a connection would. */
export function readRequest(pieces: readonly Buffer[]): Reading {
  const parser = new HeadParser('request', limits)
  let head: string | undefined
  let left = 0
  let decoder: ChunkedDecoder | undefined
  let body = ''
  let rest = ''
  let complete = false
  for (const piece of pieces) {
    let at = 0
    if (complete) {
      rest += piece.toString('latin1')
      continue
    }
    if (head === undefined) {
      if (piece.length === 0) continue
      at = parser.feed(piece, 0, piece.length)
      if (at < 0) {
        if (parser.fault !== undefined) return { fault: parser.fault, complete: false }
        continue
      }
      const received = parser.take()
      const frame = frameRequest(received)
      if (typeof frame === 'string') return { fault: frame, complete: false }
      const fields: string[] = []
      HeaderList.received(received).forEach((name, value) => fields.push(name, value))
      head = JSON.stringify([received.text(0, received.targetEnd), received.minor, frame, fields])
      left = frame.bodyLength
      if (left < 0) decoder = new ChunkedDecoder(limits)
    }
    if (decoder === undefined) {
      const stop = Math.min(piece.length, at + left)
      body += piece.toString('latin1', at, stop)
      left -= stop - at
      at = stop
      complete = left === 0
    } else {
      at = decoder.feed(piece, at, piece.length, (bytes) => (body += bytes.toString('latin1')))
      if (decoder.fault !== undefined) return { fault: decoder.fault, complete: false }
      complete = decoder.done
    }
    if (complete) rest += piece.toString('latin1', at)
  }
  return { ...(head === undefined ? {} : { head }), body, trailers: textOf(decoder?.takeTrailers()), rest, complete }
}

function textOf(list: HeaderList | undefined): string[] {
  const fields: string[] = []
  list?.forEach((name, value) => fields.push(name, value))
  return fields
}
