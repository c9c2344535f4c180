import { describe, expect, it } from '@jest/globals'
import { virtualClock } from '@knative-ts/testing'
import { WorkQueue } from './work-queue.ts'

function make() {
  const clock = virtualClock()
  let ready = 0
  const queue = new WorkQueue(() => ready++, { clock })
  return { clock, queue, readyCalls: () => ready }
}

describe('a work queue', () => {
  it('hands out each name once, longest waiting first', () => {
    const { queue } = make()
    for (const name of ['a', 'b', 'a']) queue.add(name)
    expect([queue.take()?.name, queue.take()?.name, queue.take()]).toEqual(['a', 'b', undefined])
  })

  it('keeps a name back while its pass runs, and hands it out once afterwards', () => {
    const { queue } = make()
    queue.add('a')
    queue.take()
    queue.add('a')
    queue.add('a')
    expect(queue.take()).toBeUndefined()
    queue.done('a')
    expect([queue.take()?.name, queue.take()]).toEqual(['a', undefined])
  })

  it('delays, and of two delays takes the shorter', async () => {
    const { queue, clock } = make()
    queue.addAfter('a', 100)
    queue.addAfter('a', 30)
    queue.addAfter('a', 500)
    await clock.advance(29)
    expect(queue.depth).toBe(0)
    await clock.advance(1)
    expect(queue.take()?.name).toBe('a')
    queue.done('a')
    await clock.advance(1000)
    expect(queue.depth).toBe(0)
  })

  it('backs off from 5 ms, doubling, to 1000 s, and starts over when forgotten', () => {
    const { queue } = make()
    const delays = Array.from({ length: 20 }, () => queue.addRateLimited('a'))
    expect(delays.slice(0, 4)).toEqual([5, 10, 20, 40])
    expect(delays.slice(-2)).toEqual([1_000_000, 1_000_000])
    queue.forget('a')
    expect(queue.addRateLimited('a')).toBe(5)
  })

  it('drops everything when cleared', async () => {
    const { queue, clock } = make()
    queue.add('a')
    queue.addAfter('b', 10)
    queue.clear()
    await clock.advance(20)
    expect(queue.take()).toBeUndefined()
    expect(clock.pending()).toBe(0)
  })
})
