import { expect, it } from '@jest/globals'
import { eventually } from '@knative-ts/testing'
import type { Answer } from '../delivery/answer.ts'
import type { Deliverer } from '../delivery/delivery.ts'
import { Parcel } from '../delivery/parcel.ts'
import { storedEvent } from '../testing/event.ts'
import { destination, subscription } from '../testing/table-of.ts'
import { Budget } from './budget.ts'
import { Line, lineLimits } from './line.ts'
import type { Parking } from './parking.ts'

/** A line whose events all go to a parking topic, which takes them when the test says so, or closes. */
function parkingLine() {
  const parks: ((parked: boolean) => void)[] = []
  const parking: Partial<Parking> = {
    isInUse: true,
    waiting: 1,
    park: () => new Promise((resolve) => parks.push(resolve)),
    close: async () => {
      for (const park of parks) park(false)
    }
  }
  const line = new Line(subscription('s'), {
    deliverer: {} as Deliverer,
    budget: new Budget(1_000_000),
    parkingOf: () => parking as Parking,
    ended: () => undefined
  })
  let done = 0
  line.offer(new Parcel(storedEvent('1')), () => done++)
  return { line, parks, done: () => done }
}

it('an event that is being parked when its subscription goes for good is done: its channel would keep it for ever', async () => {
  const { line, done } = parkingLine()
  await line.remove()
  await new Promise((resolve) => setImmediate(resolve))
  expect(done()).toBe(1)
})

it('an event that is being parked when the process ends is not done: it is delivered again', async () => {
  const { line, done } = parkingLine()
  await line.close()
  await new Promise((resolve) => setImmediate(resolve))
  expect(done()).toBe(0)
})

it('an event that had no room because of another subscription goes out when that one is done, although its own retries take hours', async () => {
  const posts: ((answer: Answer) => void)[] = []
  const answer = (post: number, status: number): void => posts[post]?.({ status, problem: '', body: new Uint8Array(0), headers: undefined })
  const deliverer = {
    spans: { isOff: true },
    attempted: () => undefined,
    sender: {
      post: (...[, , , done]: Parameters<Deliverer['sender']['post']>) => {
        posts.push(done)
        return { abort: () => undefined }
      }
    }
  } as unknown as Deliverer
  const budget = new Budget(lineLimits.flightBytes)
  const retry = { retries: 1, policy: 'exponential', delayMs: 3_600_000, timeoutMs: undefined, retryAfterMaxMs: undefined } as const
  const line = (uid: string): Line =>
    new Line(subscription(uid, { retry, subscriber: destination('http://127.0.0.1:1/') }), {
      deliverer,
      budget,
      parkingOf: () => ({ isInUse: false, waiting: 0, close: async () => undefined }) as Partial<Parking> as Parking,
      ended: () => undefined
    })
  const [one, other] = [line('one'), line('other')]
  let done = 0
  one.offer(new Parcel(storedEvent('1')), () => done++)
  answer(0, 503)
  other.offer(new Parcel(storedEvent('2')), () => done++)
  expect(budget.isSpent).toBe(true)
  one.offer(new Parcel(storedEvent('3')), () => done++)
  expect(posts).toHaveLength(2)
  answer(1, 202)
  await eventually(() => posts.length === 3, 'the event that waits to go out', 10_000)
  answer(2, 202)
  expect(done).toBe(2)
  await one.close()
  await other.close()
})
