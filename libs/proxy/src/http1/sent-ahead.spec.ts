import { describe, expect, it } from '@jest/globals'
import type { Exchange } from '../server/exchange.ts'
import type { Handler } from '../server/pipeline.ts'
import { ServerCore } from '../server/server-core.ts'
import { MemoryWire } from '../testing/memory-wire.ts'
import { ServerConnection } from './server-connection.ts'

const get = 'GET / HTTP/1.1\r\nHost: h\r\n\r\n'
const headBytes = 64 * 1024
/** One read more may be under way when reading is told to rest. */
const mostKept = headBytes + 16 * 1024

function connect(handler: Handler, serveHalfClosed = false): MemoryWire {
  const limits = { headBytes, headerCount: 256, connections: 1, streams: 1 }
  const core = new ServerCore(handler, limits, { headMs: 0, idleMs: 0, bodyMs: 0, lingerMs: 0 }, serveHalfClosed)
  const wire = new MemoryWire()
  wire.owner = new ServerConnection(wire, core, { speaksHttp2() {}, speaksTrunk() {}, closed() {} })
  return wire
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

it('keeps a bounded number of bytes that are sent ahead of answers, however many answers are given', async () => {
  const waiting: (() => void)[] = []
  const wire = connect((exchange) => {
    return new Promise((resolve) => {
      waiting.push(() => {
        exchange.respond(200)
        resolve()
      })
    })
  })
  const requests = 40_000
  wire.deliver(Buffer.from(get.repeat(requests)))
  for (let answered = 0; answered < 1000; answered++) {
    waiting.shift()?.()
    await turn()
    expect(waiting).toHaveLength(1)
    const read = requests * get.length - wire.unread
    expect(read - (answered + 2) * get.length).toBeLessThanOrEqual(mostKept)
  }
})

it('reads on when what was sent ahead has been dealt with', async () => {
  let count = 0
  const wire = connect(async (exchange: Exchange) => {
    await undefined
    count++
    exchange.respond(200)
  })
  const post = `POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5000\r\n\r\n${'b'.repeat(5000)}`
  wire.deliver(Buffer.from((get.repeat(10) + post).repeat(300)))
  for (let turns = 0; turns < 5000 && wire.unread > 0; turns++) await turn()
  await turn()
  expect(wire.unread).toBe(0)
  expect(count).toBe(3300)
})

describe('a client that has ended its side', () => {
  /** Exchanges that wait for the test to go on. */
  const held = (): { wire: MemoryWire; targets: string[]; next: () => Promise<void>; aborted: () => unknown } => {
    const exchanges: Exchange[] = []
    const answers: (() => void)[] = []
    const wire = connect((exchange) => {
      exchanges.push(exchange)
      return new Promise((resolve) => {
        answers.push(() => {
          exchange.respond(200, {}, exchange.request.target)
          resolve()
        })
      })
    }, true)
    return {
      wire,
      get targets() {
        return exchanges.map((exchange) => exchange.request.target)
      },
      next: async () => {
        answers.shift()?.()
        await turn()
      },
      aborted: () => exchanges.at(-1)?.aborted
    }
  }

  it('gets all the answers that it asked for, where such a client is served', async () => {
    const { wire, next } = held()
    wire.deliver(Buffer.from('GET /a HTTP/1.1\r\nHost: h\r\n\r\nGET /b HTTP/1.1\r\nHost: h\r\n\r\n'))
    wire.endInput()
    await next()
    await next()
    expect(wire.output).toBe(
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n/aHTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n/b'
    )
    expect(wire.ended).toBe(true)
  })

  it('is not waited for in the middle of a body', async () => {
    const { wire, next, aborted } = held()
    wire.deliver(Buffer.from(`${get}POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nab`))
    wire.endInput()
    await next()
    expect(aborted()).toBe('client-gone')
    expect(wire.destroyed).toBe(true)
  })
})

it('serves nothing before earlier answers have left, then all that was asked for', async () => {
  let count = 0
  const wire = connect((exchange) => {
    count++
    // The other side does not read.
    wire.congested = true
    exchange.respond(200)
  })
  wire.deliver(Buffer.from(get.repeat(3) + get.slice(0, 10)))
  for (const expected of [1, 2, 3]) {
    expect(count).toBe(expected)
    wire.deliver(Buffer.from(expected === 2 ? get.slice(10, 20) : ''))
    wire.congested = false
    wire.owner.drained()
  }
  expect(count).toBe(3)
  wire.deliver(Buffer.from(get.slice(20)))
  expect(count).toBe(4)
})
