/** A watch in protobuf as if it were one in JSON: a line for each event. */
import { EventEmitter } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { decodeWatchEvent } from '../../libs/apiserver/src/protobuf/decode.ts'

const LENGTH_BYTES = 4

/** Emits `line` for each frame, and `close` at the end. */
export function framesOf(response: IncomingMessage): EventEmitter {
  const reader = new EventEmitter()
  let rest: Buffer = Buffer.alloc(0)
  response.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk])
    while (rest.length >= LENGTH_BYTES && rest.length >= LENGTH_BYTES + rest.readUInt32BE(0)) {
      const end = LENGTH_BYTES + rest.readUInt32BE(0)
      reader.emit('line', JSON.stringify(decodeWatchEvent(rest.subarray(LENGTH_BYTES, end))))
      rest = rest.subarray(end)
    }
  })
  response.on('close', () => reader.emit('close'))
  return reader
}
