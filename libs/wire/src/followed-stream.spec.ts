import { EventEmitter } from 'node:events'
import { expect, it } from '@jest/globals'
import { FollowedStream } from './followed-stream.ts'

interface Update {
  readonly sequence: number
  readonly continues: boolean
}

class Call extends EventEmitter {
  readonly reports: number[] = []

  write(report: number): void {
    this.reports.push(report)
  }

  end(): void {
    // The other side decides what becomes of it.
  }
}

/** A stream over calls of our own. `token` is asked for each; `news` resolves with what is told next. */
function followed(token: () => Promise<string>, apply: (update: Update) => Promise<void> = () => Promise.resolve(), patienceMs = 60_000) {
  const calls: Call[] = []
  const told: string[] = []
  let heard: () => void = () => undefined
  const tell = (text: string): void => {
    told.push(text)
    heard()
  }
  const stream = new FollowedStream<Update, number>({
    open: () => {
      const call = new Call()
      calls.push(call)
      tell('opened')
      return { call, close: () => tell('closed') }
    },
    token,
    report: (sequence) => sequence,
    apply,
    followed: () => tell('followed'),
    lost: (reason) => tell(`lost: ${reason}`),
    refused: (reason) => tell(`refused: ${reason}`),
    patienceMs
  })
  const until = async (text: string): Promise<void> => {
    while (!told.includes(text)) await new Promise<void>((resolve) => (heard = resolve))
  }
  return { stream, calls, told, until }
}

it('tries again, and says why, when its token cannot be read', async () => {
  let attempts = 0
  const { stream, calls, told, until } = followed(() =>
    ++attempts < 3 ? Promise.reject(new Error('EIO: no token')) : Promise.resolve('t')
  )
  const run = stream.run()
  await until('opened')
  calls[0]?.emit('data', { sequence: 7, continues: false })
  await until('followed')
  // What repeats itself is told once.
  expect(told).toEqual(['refused: cannot read the token: EIO: no token', 'opened', 'followed'])
  expect(stream.connected).toBe(true)
  stream.stop()
  await run
  expect(told.at(-1)).toBe('closed')
  expect(calls[0]?.reports).toEqual([0, 7])
})

it('opens another stream when one is lost, and none after it was stopped', async () => {
  const { stream, calls, told, until } = followed(() => Promise.resolve('t'))
  const run = stream.run()
  await until('opened')
  calls[0]?.emit('data', { sequence: 1, continues: false })
  calls[0]?.emit('error', new Error('reset'))
  await until('lost: reset')
  stream.stop()
  await run
  expect(told).toEqual(['opened', 'followed', 'closed', 'lost: reset'])
})

it('is not told by what still comes of a stream that has ended', async () => {
  const { stream, calls, told, until } = followed(() => Promise.resolve('t'))
  const run = stream.run()
  await until('opened')
  calls[0]?.emit('data', { sequence: 1, continues: false })
  calls[0]?.emit('error', new Error('reset'))
  await until('lost: reset')
  calls[0]?.emit('data', { sequence: 2, continues: false })
  expect(stream.connected).toBe(false)
  told.length = 0
  await until('opened')
  // The new one is nobody's but its own.
  calls[0]?.emit('end')
  calls[1]?.emit('data', { sequence: 3, continues: false })
  await until('followed')
  stream.stop()
  await run
  expect([told, calls[1]?.reports]).toEqual([
    ['opened', 'followed', 'closed'],
    [0, 3]
  ])
})

it('counts what it has applied for each stream anew: numbers of another replica would pass for what this one has sent', async () => {
  const applying: (() => void)[] = []
  const { stream, calls, until, told } = followed(
    () => Promise.resolve('t'),
    () => new Promise((resolve) => applying.push(resolve))
  )
  const run = stream.run()
  await until('opened')
  calls[0]?.emit('data', { sequence: 500, continues: false })
  calls[0]?.emit('error', new Error('reset'))
  await until('lost: reset')
  told.length = 0
  await until('opened')
  calls[1]?.emit('data', { sequence: 7, continues: false })
  await until('followed')
  applying[0]?.()
  await new Promise((resolve) => setImmediate(resolve))
  expect(stream.sequence).toBe(0)
  applying[1]?.()
  await new Promise((resolve) => setImmediate(resolve))
  expect(stream.sequence).toBe(7)
  expect(calls.map(({ reports }) => reports)).toEqual([[0], [0, 7]])
  stream.stop()
  await run
})

it('says nothing of an update that a later one has overtaken', async () => {
  const applying: (() => void)[] = []
  const { stream, calls, until } = followed(
    () => Promise.resolve('t'),
    () => new Promise((resolve) => applying.push(resolve))
  )
  const run = stream.run()
  await until('opened')
  calls[0]?.emit('data', { sequence: 1, continues: false })
  calls[0]?.emit('data', { sequence: 2, continues: false })
  for (const applied of applying.toReversed()) {
    applied()
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(calls[0]?.reports).toEqual([0, 2])
  expect(stream.sequence).toBe(2)
  stream.stop()
  await run
})

it('opens another stream when one says nothing at all', async () => {
  const { stream, calls, told, until } = followed(
    () => Promise.resolve('t'),
    () => Promise.resolve(),
    20
  )
  const run = stream.run()
  await until('refused: nothing came within 20 ms')
  expect(told).toEqual(['opened', 'closed', 'refused: nothing came within 20 ms'])
  while (calls.length < 2) await new Promise((resolve) => setImmediate(resolve))
  stream.stop()
  await run
  // What the first one says now is nobody's.
  calls[0]?.emit('error', new Error('cancelled'))
  expect(stream.connected).toBe(false)
})

it('opens another stream, and says why, when an update cannot be applied', async () => {
  const { stream, calls, until } = followed(
    () => Promise.resolve('t'),
    () => Promise.reject(new Error('a route of no kind'))
  )
  const run = stream.run()
  await until('opened')
  calls[0]?.emit('data', { sequence: 1, continues: true })
  await until('lost: an update cannot be applied: a route of no kind')
  while (calls.length < 2) await new Promise((resolve) => setImmediate(resolve))
  stream.stop()
  await run
  expect([calls[0]?.reports, stream.sequence]).toEqual([[0], 0])
})
