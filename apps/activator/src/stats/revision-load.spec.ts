import { describe, expect, it } from '@jest/globals'
import { RevisionLoad } from './revision-load.ts'

type Step = readonly [at: number, what: 'begin' | 'end' | 'report']

/** Reports of a revision whose first request arrives at 0. */
function reportsOf(steps: readonly Step[]): object[] {
  const load = new RevisionLoad(0)
  load.begin(0)
  return steps.flatMap(([at, what]) => {
    if (what === 'report') return [load.report(at)]
    load[what](at)
    return []
  })
}

describe('the load of a revision', () => {
  it.each<readonly [string, readonly Step[], object]>([
    ['what was told at once is not told again', [[1000, 'report']], { concurrency: 0, requests: 0, idle: false }],
    [
      'a mean below what was told is zero',
      [
        [250, 'end'],
        [1000, 'report']
      ],
      { concurrency: 0, requests: 0, idle: false }
    ],
    [
      'others count',
      [
        [0, 'begin'],
        [500, 'begin'],
        [1000, 'report']
      ],
      { concurrency: 1.5, requests: 2, idle: false }
    ],
    [
      'later periods are whole',
      [
        [1000, 'report'],
        [1500, 'end'],
        [2000, 'report']
      ],
      { concurrency: 0.5, requests: 0, idle: false }
    ],
    [
      'nobody is idle',
      [
        [10, 'end'],
        [1000, 'report'],
        [2000, 'report']
      ],
      { concurrency: 0, requests: 0, idle: true }
    ],
    [
      'a request of no length is no idleness',
      [
        [0, 'end'],
        [1000, 'report'],
        [1500, 'begin'],
        [1500, 'end'],
        [2000, 'report']
      ],
      { concurrency: 0, requests: 1, idle: false }
    ],
    [
      'a period of no length has the number that is open',
      [
        [1000, 'report'],
        [1000, 'report']
      ],
      { concurrency: 1, requests: 0, idle: false }
    ]
  ])('%s', (_what, steps, expected) => {
    expect(reportsOf(steps).at(-1)).toEqual(expected)
  })
})
