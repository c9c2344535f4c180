import { afterEach, beforeEach, expect, it, jest } from '@jest/globals'
import { type Exchange, HeaderList } from '@knative-ts/proxy'
import { Drainer } from './drainer.ts'

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] })
})
afterEach(() => {
  jest.useRealTimers()
})

const quietMs = 1_000
const request = { request: { headers: HeaderList.from({ Host: 'a.test' }) } } as unknown as Exchange

/** Has the event loop turn until everything that waits has come. */
async function turns(): Promise<void> {
  for (let count = 0; count < 20; count++) await new Promise((resolve) => setImmediate(resolve))
}

function drain() {
  const drainer = new Drainer(quietMs, async () => true)
  const seen = { over: false }
  void drainer.terminate().then(() => (seen.over = true))
  return { drainer, seen }
}

it('ends a drain when nobody has come for the quiet period', async () => {
  const { drainer, seen } = drain()
  jest.advanceTimersByTime(quietMs - 1)
  await drainer.gate(request, () => undefined)
  jest.advanceTimersByTime(quietMs - 1)
  await turns()
  expect(seen.over).toBe(false)
  jest.advanceTimersByTime(1)
  await turns()
  expect(seen.over).toBe(true)
})

it('ends no drain while somebody waits to be let in, for whom the thread had no time', async () => {
  const { drainer, seen } = drain()
  // The timer is first in the event loop, what the listener has got comes behind it.
  jest.advanceTimersByTime(quietMs)
  await drainer.gate(request, () => undefined)
  await turns()
  expect(seen.over).toBe(false)
  jest.advanceTimersByTime(quietMs)
  await turns()
  expect(seen.over).toBe(true)
})
