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

/** Lines of which each attempt is answered when the test says so. */
function answeredLines(budget: Budget) {
  const posts: ((answer: Answer) => void)[] = []
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
  const retry = { retries: 1, policy: 'exponential', delayMs: 3_600_000, timeoutMs: undefined, retryAfterMaxMs: undefined } as const
  const told = (uid: string, ordered = false) => subscription(uid, { retry, ordered, subscriber: destination('http://127.0.0.1:1/') })
  return {
    posts,
    answer: (post: number, status: number): void => posts[post]?.({ status, problem: '', body: new Uint8Array(0), headers: undefined }),
    told,
    line: (uid: string): Line =>
      new Line(told(uid), {
        deliverer,
        budget,
        parkingOf: () => ({ isInUse: false, waiting: 0, close: async () => undefined }) as Partial<Parking> as Parking,
        ended: () => undefined
      })
  }
}

it('an event that had no room because of another subscription goes out when that one is done, although its own retries take hours', async () => {
  const budget = new Budget(lineLimits.flightBytes)
  const { posts, answer, line } = answeredLines(budget)
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

it('order begins with the first event that comes after it was asked for: what was under way before lets nobody pass', async () => {
  const { posts, answer, told, line } = answeredLines(new Budget(1_000_000))
  const one = line('one')
  one.offer(new Parcel(storedEvent('before')), () => undefined)
  one.subscription = told('one', true)
  for (const id of ['1', '2']) one.offer(new Parcel(storedEvent(id)), () => undefined)
  expect(posts).toHaveLength(2)
  answer(0, 202)
  expect(posts).toHaveLength(2)
  answer(1, 202)
  expect(posts).toHaveLength(3)
  await one.close()
})
