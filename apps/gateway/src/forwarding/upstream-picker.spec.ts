import { describe, expect, it } from '@jest/globals'
import { UpstreamPicker } from './upstream-picker.ts'

const upstreamsOf = (inFlight: Readonly<Record<string, number>>) =>
  Object.entries(inFlight).map(([address, count]) => ({ address, inFlight: count, backends: 1 }))

const picked = (picker: UpstreamPicker, inFlight: Readonly<Record<string, number>>, tried: readonly string[] = []): string | undefined => {
  const upstreams = upstreamsOf(inFlight)
  const excluded = tried.length === 0 ? undefined : new Set(upstreams.filter(({ address }) => tried.includes(address)))
  return picker.pick(upstreams, excluded)?.address
}

describe('the address of a request', () => {
  it('takes turns among equals', () => {
    const picker = new UpstreamPicker(() => 0)
    expect([1, 2, 3, 4].map(() => picked(picker, { a: 0, b: 0, c: 0 })).join('')).toBe('abca')
  })

  it('is the one with the fewest requests', () => {
    const picker = new UpstreamPicker(() => 0)
    expect([1, 2, 3].map(() => picked(picker, { a: 2, b: 1, c: 2 })).join('')).toBe('bbb')
  })

  it('is the one that there is', () => {
    expect(picked(new UpstreamPicker(() => 0), { a: 9 })).toBe('a')
  })

  it('is none that was tried', () => {
    const picker = new UpstreamPicker(() => 0)
    const three = { a: 0, b: 0, c: 0 }
    expect([picked(picker, three, ['a', 'b']), picked(picker, three, ['a', 'b', 'c']), picked(picker, {})]).toEqual([
      'c',
      undefined,
      undefined
    ])
  })

  it('of many is the less busy of two by chance, never the busiest alone', () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`p${index}`, index === 0 ? 5 : 0]))
    const answers = [0, 0, 0.995, 0]
    let turn = 0
    const picker = new UpstreamPicker(() => answers[turn++ % answers.length] ?? 0)
    // Once the busy one is drawn first, once second.
    expect([picked(picker, many), picked(picker, many)]).toEqual(['p1', 'p99'])
  })

  it('of many is spread evenly', () => {
    const picker = new UpstreamPicker(Math.random)
    const upstreams = upstreamsOf(Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`p${index}`, 0])))
    for (let request = 0; request < 5_000; request++) (picker.pick(upstreams) ?? { inFlight: 0 }).inFlight++
    // Power of two choices: the fullest is within a few of the mean of 100.
    expect(Math.max(...upstreams.map(({ inFlight }) => inFlight))).toBeLessThan(110)
  })
})
