import { expect, it } from '@jest/globals'
import type { Deliverer } from '../delivery/delivery.ts'
import { Parcel } from '../delivery/parcel.ts'
import { storedEvent } from '../testing/event.ts'
import { subscription } from '../testing/table-of.ts'
import { Budget } from './budget.ts'
import { Line } from './line.ts'
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
