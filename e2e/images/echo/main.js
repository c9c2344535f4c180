/** HTTP/1.1 and WebSocket, to see a data path from its far end: each path does one thing, and /seen tells what the others met. */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { WebSocketServer } from 'ws'

const revision = process.env.K_REVISION ?? 'none'
const seen = { opened: 0, aborted: 0, written: 0, read: 0, now: 0, most: 0, connections: 0, overlapped: 0 }
const streams = new Set()
const block = Buffer.alloc(64 * 1024, 'knative ')

async function* blocks(bytes) {
  for (let left = bytes; left > 0; left -= block.length) {
    const part = left < block.length ? block.subarray(0, left) : block
    seen.written += part.length
    yield part
  }
}

/** What came: line, fields as they were spelled, body and trailers. */
async function echo(request, response) {
  const hash = createHash('sha256')
  let length = 0
  for await (const chunk of request) {
    hash.update(chunk)
    length += chunk.length
  }
  const { method, url, rawHeaders, rawTrailers } = request
  const told = { revision, method, url, rawHeaders, length, sha256: hash.digest('hex'), rawTrailers }
  response.writeHead(200, { 'content-type': 'application/json' }).end(`${JSON.stringify(told)}\n`)
}

const paths = {
  '/seen': (_request, response) => response.end(JSON.stringify({ ...seen, revision, open: streams.size })),
  '/fields': (_request, response) => {
    response.sendDate = false
    response.writeHead(200, [
      'X-First',
      '1',
      'x-repeat',
      'a',
      'X-REPEAT',
      'b',
      'Set-Cookie',
      'a=1',
      'Set-Cookie',
      'b=2',
      'Content-Length',
      '2'
    ])
    response.end('ok')
  },
  '/status': (_request, response, { code }) => response.writeHead(Number(code), { 'x-of': 'app' }).end(),
  '/download': async (_request, response, { bytes, length }) => {
    seen.written = 0
    if (length !== undefined) response.setHeader('content-length', bytes)
    await pipeline(Readable.from(blocks(Number(bytes))), response).catch(() => seen.aborted++)
  },
  '/trailers': (_request, response) => {
    response.writeHead(200, { trailer: 'X-Sum, X-Late' })
    response.write('body')
    response.addTrailers({ 'X-Sum': '42', 'X-Late': 'yes' })
    response.end()
  },
  '/hints': (_request, response) => {
    response.writeEarlyHints({ link: '</style.css>; rel=preload' })
    response.end('ok')
  },
  // Sends one event now, and one whenever /push is asked.
  '/events': (_request, response) => {
    streams.add(response)
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: open\n\n')
    response.on('close', () => streams.delete(response))
  },
  '/push': (_request, response, { text, last }) => {
    for (const stream of streams) {
      stream.write(`data: ${text}\n\n`)
      if (last !== undefined) stream.end()
    }
    response.end('ok')
  },
  // Never answers; counts who went.
  '/hold': (_request, response) => {
    seen.opened++
    response.on('close', () => seen.aborted++)
  },
  // Never reads more than its buffers hold.
  '/unread': (request) => {
    seen.read = 0
    request.once('readable', () => (seen.opened += 1))
    request.on('error', () => undefined)
  },
  '/die': (request, response, { length }) => {
    if (length !== undefined) response.setHeader('content-length', 1_000)
    response.write('half of it', () => setTimeout(() => request.socket.destroy(), 50))
  },
  '/exit': (_request, response) => {
    response.write('half of it', () => setTimeout(() => process.exit(3), 50))
  },
  '/sleep': (_request, response, { ms, first }) => {
    if (first !== undefined) response.write('first,')
    setTimeout(() => response.end('done'), Number(ms))
  },
  // Writes something every 100 ms, so often or for ever.
  '/drip': (_request, response, { count }) => {
    let left = Number(count ?? Infinity)
    const timer = setInterval(() => {
      if (left-- > 0) response.write('.')
      else response.end()
    }, 100)
    response.on('close', () => clearInterval(timer))
  },
  '/one': (_request, response, { ms }) => {
    seen.now++
    seen.most = Math.max(seen.most, seen.now)
    setTimeout(() => {
      seen.now--
      response.writeHead(200, { 'x-most': seen.most, 'x-pod': process.env.HOSTNAME ?? '', 'x-revision': revision }).end('ok')
    }, Number(ms))
  }
}

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://echo')
  void (paths[pathname] ?? echo)(request, response, Object.fromEntries(searchParams))
})
server.on('connection', () => seen.connections++)
// Who says what is wanted only when asked: the data path must not ask in its place.
server.on('checkContinue', (request, response) => {
  if (request.url === '/refuse') return response.writeHead(417, { connection: 'close' }).end()
  response.writeContinue()
  return void echo(request, response)
})
const sockets = new WebSocketServer({ server })
sockets.on('connection', (socket, request) => {
  socket.send(JSON.stringify({ url: request.url, host: request.headers.host }))
  socket.on('message', (data, binary) => socket.send(data, { binary }))
  socket.on('close', () => seen.aborted++)
})
server.listen(Number(process.env.PORT ?? 8080))
await once(server, 'listening')
process.on('SIGTERM', () => server.close(() => process.exit(0)))
