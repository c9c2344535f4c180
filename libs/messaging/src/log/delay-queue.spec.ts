import { expect, it } from '@jest/globals'
import { seededRandom, virtualClock } from '@knative-ts/testing'
import { DelayQueue } from './delay-queue.ts'

it('hands on what is due, when it is, in order, by one timer', async () => {
  const clock = virtualClock(0)
  const due: [at: number, value: number][] = []
  const queue = new DelayQueue<number>(clock, (values) => due.push(...values.map((value): [number, number] => [clock.now(), value])))
  const random = seededRandom(1)
  const delays = Array.from({ length: 500 }, () => Math.floor(random() * 10_000))
  for (const delay of delays) queue.add(delay, delay)
  expect(clock.pending()).toBe(1)
  await clock.advance(5000)
  expect(due.length).toBe(delays.filter((delay) => delay <= 5000).length)
  await clock.advance(5000)
  expect(due).toEqual(delays.sort((left, right) => left - right).map((delay) => [delay, delay]))
  expect(clock.pending()).toBe(0)
})

it('waits for more days than a timer can, and forgets when it is told', async () => {
  const clock = virtualClock(0)
  const due: string[] = []
  const queue = new DelayQueue<string>(clock, (values) => due.push(...values))
  const day = 86_400_000
  queue.add(40 * day, 'late')
  queue.add(50 * day, 'later')
  await clock.advance(40 * day - 1)
  expect(due).toEqual([])
  await clock.advance(1)
  expect(due).toEqual(['late'])
  queue.clear()
  await clock.advance(20 * day)
  expect(due).toEqual(['late'])
})
