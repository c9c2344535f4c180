import { describe, expect, it } from '@jest/globals'
import { bytesPerHeld, type Exchange, HeaderList } from '@knative-ts/proxy'
import { Backend } from '../routing/backend.ts'
import { Seat, WaitingRoom } from './waiting-room.ts'

const [one, other] = [new Backend('default/one:80'), new Backend('default/other:80')]
const each = bytesPerHeld + 1

/** A request without anything, and the statuses that it was answered with. */
function waiting() {
  const answers: number[] = []
  const request = { target: '/', headers: HeaderList.from({}), body: { length: 0 } }
  const exchange = { request, respond: (status: number) => answers.push(status) > 0 } as unknown as Exchange
  return { seat: new Seat(exchange), answers }
}

const roomFor = (requests: number, ofOne = requests): WaitingRoom =>
  new WaitingRoom({ totalBytes: requests * each, backendBytes: ofOne * each, backendRequests: 1_000 })

describe('a request that waits', () => {
  it('has a seat once, however often it waits, until it leaves', async () => {
    const room = roomFor(1)
    const first = waiting()
    expect([first.seat.take(room.accountOf(one)), first.seat.take(room.accountOf(one)), room.used]).toEqual([true, true, each])
    expect(await first.seat.wait(Promise.resolve())).toBe(true)
    first.seat.leave()
    expect([room.used, first.answers]).toEqual([0, []])
  })

  it('is refused when its backend has all it may have', () => {
    const room = roomFor(2, 1)
    waiting().seat.take(room.accountOf(one))
    const second = waiting()
    expect([second.seat.take(room.accountOf(one)), second.answers]).toEqual([false, [503]])
    expect(waiting().seat.take(room.accountOf(other))).toBe(true)
  })

  it('gives its seat to a backend for which less waits, and has its answer at once', async () => {
    const room = roomFor(2)
    const [first, second, third] = [waiting(), waiting(), waiting()]
    first.seat.take(room.accountOf(one))
    second.seat.take(room.accountOf(one))
    const waited = [first, second].map(({ seat }) => seat.wait(Promise.resolve()))
    expect(third.seat.take(room.accountOf(other))).toBe(true)
    expect(await Promise.all(waited)).toEqual([true, false])
    expect([first, second, third].map(({ answers }) => answers)).toEqual([[], [503], []])
  })

  it('that is being sent when it loses its seat is answered when it would wait again', () => {
    const room = roomFor(2)
    const [first, second] = [waiting(), waiting()]
    first.seat.take(room.accountOf(one))
    second.seat.take(room.accountOf(one))
    waiting().seat.take(room.accountOf(other))
    expect(second.answers).toEqual([])
    expect([second.seat.take(room.accountOf(one)), second.answers]).toEqual([false, [503]])
  })
})
