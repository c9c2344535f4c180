// As one-at-a-time, over HTTP/2 with prior knowledge, read frame by frame: what was reset before the next request began is seen in the order of the bytes.
// A request is open from its HEADERS until its answer has been handed over, its RST_STREAM has come, or its connection has been closed. What it asks for
// is not read (that would take HPACK): answers take none to five milliseconds, every third comes in pieces.
import { createServer } from 'node:net'

const [DATA, HEADERS, RST_STREAM, SETTINGS, PING, WINDOW_UPDATE] = [0, 1, 3, 4, 6, 8]
const [END_STREAM, ACK, END_HEADERS] = [1, 1, 4]
const preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'

/** `connection/stream` of all that are open. */
const open = new Set()
let connections = 0
let most = 0
let seen = 0
let first = ''

function frame(type, flags, stream, payload = Buffer.alloc(0)) {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head[3] = type
  head[4] = flags
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

const number = (value) => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** `:status: 200`, and fields as literals that are not indexed. */
function fields(values) {
  const parts = [Buffer.from([0x88])]
  for (const [name, value] of Object.entries(values)) {
    const text = String(value).slice(0, 120)
    parts.push(Buffer.from([0, name.length]), Buffer.from(name), Buffer.from([text.length]), Buffer.from(text))
  }
  return Buffer.concat(parts)
}

class Connection {
  constructor(socket) {
    this.socket = socket
    this.id = ++connections
    this.rest = Buffer.alloc(0)
    this.greeted = false
    socket.on('data', (bytes) => this.read(bytes))
    for (const event of ['end', 'error', 'close']) socket.on(event, () => this.gone())
    socket.write(frame(SETTINGS, 0, 0))
  }

  gone() {
    for (const one of open) if (one.startsWith(`${this.id}/`)) open.delete(one)
  }

  read(bytes) {
    let input = Buffer.concat([this.rest, bytes])
    if (!this.greeted) {
      if (input.length < preface.length) return void (this.rest = input)
      this.greeted = true
      input = input.subarray(preface.length)
    }
    while (input.length >= 9 && input.length >= 9 + input.readUIntBE(0, 3)) {
      const length = input.readUIntBE(0, 3)
      this.take(input[3], input[4], input.readUInt32BE(5) & 0x7fffffff, input.subarray(9, 9 + length))
      input = input.subarray(9 + length)
    }
    this.rest = input
  }

  take(type, flags, stream, payload) {
    const name = `${this.id}/${stream}`
    if (type === HEADERS) {
      // Trailers of a request come in such a frame, too.
      if (!open.has(name)) this.begin(name)
      if (flags & END_STREAM) this.answer(stream, name)
    } else if (type === DATA) {
      if (payload.length > 0) {
        this.socket.write(
          Buffer.concat([frame(WINDOW_UPDATE, 0, 0, number(payload.length)), frame(WINDOW_UPDATE, 0, stream, number(payload.length))])
        )
      }
      if (flags & END_STREAM) this.answer(stream, name)
    } else if (type === RST_STREAM) open.delete(name)
    else if (type === SETTINGS && !(flags & ACK)) this.socket.write(frame(SETTINGS, ACK, 0))
    else if (type === PING && !(flags & ACK)) this.socket.write(frame(PING, ACK, 0, payload))
  }

  begin(name) {
    open.add(name)
    seen++
    if (open.size > 1) first ||= [...open].join(' and ')
    most = Math.max(most, open.size)
  }

  answer(stream, name) {
    setTimeout(() => {
      if (!open.has(name)) return
      const head = frame(HEADERS, END_HEADERS, stream, fields({ 'x-most': most, 'x-overlap': first }))
      if (seen % 3 > 0) this.end(stream, name, head)
      else {
        this.socket.write(Buffer.concat([head, frame(DATA, 0, stream, Buffer.from('o'))]))
        setTimeout(() => this.end(stream, name), 2)
      }
    }, seen % 6)
  }

  end(stream, name, before = Buffer.alloc(0)) {
    if (open.delete(name)) this.socket.write(Buffer.concat([before, frame(DATA, END_STREAM, stream, Buffer.from('k'))]))
  }
}

createServer({ noDelay: true }, (socket) => new Connection(socket)).listen(Number(process.env.PORT ?? 8080), process.env.HOST)
