import { expect, it } from '@jest/globals'
import type { Exchange } from '../exchange.ts'
import type { Handler } from '../pipeline.ts'
import { ServerCore } from '../server-core.ts'
import { MemoryWire } from '../testing/memory-wire.ts'
import { ServerConnection } from './server-connection.ts'

const get = 'GET / HTTP/1.1\r\nHost: h\r\n\r\n'
const headBytes = 64 * 1024
/** One read more may be under way when reading is told to rest. */
const mostKept = headBytes + 16 * 1024

function connect(handler: Handler): MemoryWire {
  const limits = { headBytes, headerCount: 256, connections: 1, streams: 1 }
  const core = new ServerCore(handler, limits, { headMs: 0, idleMs: 0, bodyMs: 0, lingerMs: 0 }, false)
  const wire = new MemoryWire()
  wire.owner = new ServerConnection(wire, core, { speaksHttp2() {}, closed() {} })
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
