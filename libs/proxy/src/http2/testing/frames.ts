/** Frames by hand, for tests that send what no library would. */
import { flag, frameHead, frameType, setting } from '../codes.ts'
import { FieldDecoder } from '../hpack/decoder.ts'

export interface Frame {
  readonly type: number
  readonly flags: number
  readonly id: number
  readonly payload: Buffer
}

export const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1')

/** `length` instead of the payload's own, to lie. */
export function frame(type: number, flags: number, id: number, payload: Uint8Array | string = '', length?: number): Buffer {
  const body = typeof payload === 'string' ? Buffer.from(payload, 'latin1') : payload
  const head = Buffer.alloc(frameHead)
  head.writeUIntBE(length ?? body.length, 0, 3)
  head[3] = type
  head[4] = flags
  head.writeUInt32BE(id, 5)
  return Buffer.concat([head, body])
}

export const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

export const settings = (...pairs: readonly (readonly [id: number, value: number])[]): Buffer =>
  frame(
    frameType.settings,
    0,
    0,
    Buffer.concat(
      pairs.map(([id, value]) => {
        const pair = Buffer.alloc(6)
        pair.writeUInt16BE(id)
        pair.writeUInt32BE(value, 2)
        return pair
      })
    )
  )

export const settingsAck = frame(frameType.settings, flag.ack, 0)
export const ping = (text = '12345678', flags = 0): Buffer => frame(frameType.ping, flags, 0, text)
export const windowUpdate = (id: number, increment: number): Buffer => frame(frameType.windowUpdate, 0, id, u32(increment))
export const reset = (id: number, code: number): Buffer => frame(frameType.reset, 0, id, u32(code))
export const goAway = (lastId: number, code: number, text = ''): Buffer =>
  frame(frameType.goAway, 0, 0, Buffer.concat([u32(lastId), u32(code), Buffer.from(text)]))
export const data = (id: number, body: Uint8Array | string, end = false): Buffer =>
  frame(frameType.data, end ? flag.endStream : 0, id, body)

export type FieldsText = readonly (readonly [name: string, value: string])[]

/** A block of literals that leave the table alone. */
export function block(fields: FieldsText): Buffer {
  return Buffer.concat(fields.flatMap(([name, value]) => [Buffer.from([0]), text(name), text(value)]))
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'latin1')
  return Buffer.concat([integer(0, 127, bytes.length), bytes])
}

/** An integer of RFC 7541 5.1. */
export function integer(pattern: number, mask: number, value: number): Buffer {
  if (value < mask) return Buffer.from([pattern | value])
  const bytes = [pattern | mask]
  let rest = value - mask
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128)
  bytes.push(rest)
  return Buffer.from(bytes)
}

/** The pseudo fields of a request. */
export const get = (path = '/', method = 'GET'): FieldsText => [
  [':method', method],
  [':scheme', 'http'],
  [':authority', 'svc.ns'],
  [':path', path]
]

export const headers = (id: number, fields: FieldsText, end = true): Buffer =>
  frame(frameType.headers, flag.endHeaders | (end ? flag.endStream : 0), id, block(fields))

/** A whole request without a body, or the head of one with a body. */
export const request = (id: number, path = '/', end = true, extra: FieldsText = []): Buffer =>
  headers(id, [...get(path, end ? 'GET' : 'POST'), ...extra], end)

export const maxStreams = (count: number): Buffer => settings([setting.maxConcurrentStreams, count])

/** The whole frames in `bytes`. */
export function parseFrames(bytes: Buffer): Frame[] {
  const frames: Frame[] = []
  for (let at = 0; at + frameHead <= bytes.length;) {
    const length = bytes.readUIntBE(at, 3)
    frames.push({
      type: bytes[at + 3] as number,
      flags: bytes[at + 4] as number,
      id: bytes.readUInt32BE(at + 5) & 0x7fffffff,
      payload: bytes.subarray(at + frameHead, at + frameHead + length)
    })
    at += frameHead + length
  }
  return frames
}

/** Decodes the blocks of one direction, in the order in which they came. */
export class BlockReader {
  readonly #decoder = new FieldDecoder({ headBytes: 1024 * 1024, headerCount: 10_000 }, 4096)

  read(payload: Buffer): [name: string, value: string][] {
    this.#decoder.decode(payload, 0, payload.length)
    return FieldDecoder.fields.slice(0, FieldDecoder.count).map(({ name, value }) => [name, value])
  }
}
