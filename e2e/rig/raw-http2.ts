/** Frames of HTTP/2 by hand, for what no client library would send in one write. */
import { connect } from 'node:net'
import { until } from './until.ts'

const [DATA, HEADERS, RST_STREAM, SETTINGS] = [0, 1, 3, 4]
const [END_STREAM, END_HEADERS] = [1, 4]
const cancel = 8

function frame(type: number, flags: number, stream: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head[3] = type
  head[4] = flags
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

/** The preface and empty settings. */
export const greeting = Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame(SETTINGS, 0, 0)])

/** GET / of authority `one`, whole: indexed fields of the static table and one literal. */
export function getFrame(stream: number): Buffer {
  return frame(HEADERS, END_STREAM | END_HEADERS, stream, Buffer.concat([Buffer.from([0x82, 0x86, 0x84, 0x41, 3]), Buffer.from('one')]))
}

/** The client gives the stream up. */
export function cancelFrame(stream: number): Buffer {
  const code = Buffer.alloc(4)
  code.writeUInt32BE(cancel)
  return frame(RST_STREAM, 0, stream, code)
}

/** Sends the bytes on a connection of its own, and gives all that came until `stream` had ended, as latin1. */
export async function exchangeFrames(port: number, bytes: Buffer, stream: number): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' })
  let input = Buffer.alloc(0)
  let ended = false
  socket.on('data', (chunk: Buffer) => {
    input = Buffer.concat([input, chunk])
    for (let at = 0; at + 9 <= input.length; at += 9 + input.readUIntBE(at, 3)) {
      const [type, flags, id] = [input[at + 3], input[at + 4] ?? 0, input.readUInt32BE(at + 5)]
      ended ||= id === stream && (type === RST_STREAM || ((type === DATA || type === HEADERS) && (flags & END_STREAM) > 0))
    }
  })
  // Followed by `close`; the wait below tells what is missing.
  socket.on('error', () => undefined)
  socket.write(bytes)
  try {
    await until(`stream ${stream} ends`, async () => ended, 30_000)
    return input.toString('latin1')
  } finally {
    socket.destroy()
  }
}
