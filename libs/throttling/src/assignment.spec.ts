import { describe, expect, it } from '@jest/globals'
import { assignedPods } from './assignment.ts'

const podNames = (count: number): string[] => Array.from({ length: count }, (_, index) => `p${index}`)
const range = (from: number, to: number): string[] => podNames(to + 1).slice(from)

describe('the pods of one activator', () => {
  it.each([
    [7, 3, 0, ['p0', 'p1', 'p6']],
    [7, 3, 1, ['p2', 'p3']],
    [7, 3, 2, ['p4', 'p5']],
    [20, 3, 0, [...range(0, 5), 'p18']],
    [20, 3, 1, [...range(6, 11), 'p19']],
    [20, 3, 2, range(12, 17)],
    [2, 5, 0, ['p0']],
    [2, 5, 1, ['p1']],
    [2, 5, 2, ['p0']],
    [2, 5, 3, ['p1']],
    [2, 5, 4, ['p0']],
    [3, 3, 1, ['p1']]
  ])('of %i pods and %i activators, number %i has %j', (count, activators, self, expected) => {
    expect(assignedPods(podNames(count), { self, activators })).toEqual(expected)
  })

  it.each([
    ['it does not know its place', 4, { self: -1, activators: 3 }],
    ['there is one pod', 1, { self: 2, activators: 3 }],
    ['it is alone', 4, { self: 0, activators: 1 }],
    ['there is no pod', 0, { self: 1, activators: 3 }]
  ])('are all when %s', (_when, count, share) => {
    expect(assignedPods(podNames(count), share)).toEqual(podNames(count))
  })

  it('are nobody else’s, and together all, unless activators outnumber pods', () => {
    for (let pods = 2; pods < 30; pods++) {
      for (let activators = 2; activators <= pods; activators++) {
        const all = Array.from({ length: activators }, (_, self) => assignedPods(podNames(pods), { self, activators })).flat()
        expect(all.toSorted()).toEqual(podNames(pods).toSorted())
      }
    }
  })
})
