// Counts requests that are open: from the head that has come until the answer has been handed over, or until the other side has closed the connection.
// Sockets, not node:http: there a request that was given up is noticed a turn of the loop later, when the next may have come.
//
// GET or POST (with Content-Length) /?ms=N answers after N ms; /?drip=N answers N bytes, one a millisecond. Every answer names the most that were ever
// open (X-Most), how often there was more than one (X-Overlaps) with the paths of the first time, how many were seen
// (X-Seen), and who answers (X-From).
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'

/** Sockets with an open request, and its target. */
const open = new Map()
/** The turn of the event loop in which bytes of a connection were read last. */
const readIn = new WeakMap()
let turn = 0
let turning = false
const from = `${process.env.K_REVISION ?? 'none'}/${process.env.HOSTNAME ?? process.pid}`
let most = 0
let seen = 0
let overlaps = 0
let first = ''

function begin(socket, target) {
  for (const [other, its] of open) {
    if (other === socket || hidden(other)) continue
    overlaps++
    first ||= `${its} and ${target}: state ${stateOf(other)}`
  }
  open.set(socket, target)
  seen++
  most = Math.max(most, [...open.keys()].filter((one) => one === socket || !hidden(one)).length)
}

/** The state of a connection by /proc/net/tcp; 08 is CLOSE_WAIT: the other side has closed it. */
function stateOf(socket) {
  const port = (number) => number.toString(16).toUpperCase().padStart(4, '0')
  const ours = new RegExp(`:${port(socket.localPort)} [0-9A-F]+:${port(socket.remotePort)} `)
  const lines = ['tcp', 'tcp6'].flatMap((family) => readFileSync(`/proc/self/net/${family}`, 'utf8').split('\n'))
  return (
    lines
      .find((line) => ours.test(line))
      ?.trim()
      .split(/\s+/)[3] ?? 'gone'
  )
}

/**
 * Closed by the other side, behind bytes of this very turn of the loop: one read takes the bytes, the next one would tell the end, and comes in the next
 * turn. Without such bytes the kernel reports the end of one connection before what came later on another.
 */
function hidden(socket) {
  return readIn.get(socket) === turn && stateOf(socket) === '08'
}

function noteTurn(socket) {
  readIn.set(socket, turn)
  if (turning) return
  turning = true
  setImmediate(() => {
    turning = false
    turn++
  })
}

function answer(socket, target) {
  const url = new URL(target, 'http://app')
  const facts = `X-Most: ${most}\r\nX-Seen: ${seen}\r\nX-Overlaps: ${overlaps} ${first}\r\nX-From: ${from}\r\n`
  const drip = Number(url.searchParams.get('drip') ?? 0)
  const finish = (text) => {
    if (!open.delete(socket)) return
    socket.write(text)
  }
  if (drip === 0) {
    const reply = () => finish(`HTTP/1.1 200 OK\r\nContent-Length: 2\r\n${facts}\r\nok`)
    const ms = Number(url.searchParams.get('ms') ?? 0)
    if (ms === 0) reply()
    else setTimeout(reply, ms)
    return
  }
  socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${drip}\r\n${facts}\r\n`)
  let left = drip
  const timer = setInterval(() => {
    if (!open.has(socket)) clearInterval(timer)
    else if (--left > 0) socket.write('.')
    else {
      clearInterval(timer)
      finish('.')
    }
  }, 1)
}

const server = createServer({ noDelay: true, allowHalfOpen: false }, (socket) => {
  let text = ''
  let target = ''
  /** Body bytes that are to come; -1 between requests. */
  let left = -1
  const forget = () => open.delete(socket)
  for (const event of ['end', 'error', 'close']) socket.on(event, forget)
  socket.on('data', (bytes) => {
    noteTurn(socket)
    text += bytes.toString('latin1')
    for (;;) {
      if (left < 0) {
        const end = text.indexOf('\r\n\r\n')
        if (end < 0) return
        const head = text.slice(0, end)
        text = text.slice(end + 4)
        ;[, target] = head.split(' ', 2)
        if (/\r\ntransfer-encoding:/i.test(head)) throw new Error('bodies must have a length')
        left = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0)
        begin(socket, target)
      }
      const part = Math.min(left, text.length)
      left -= part
      text = text.slice(part)
      if (left > 0) return
      left = -1
      answer(socket, target)
    }
  })
})
server.listen(Number(process.env.PORT ?? 8080), process.env.HOST)
process.on('SIGTERM', () => server.close(() => process.exit(0)))
