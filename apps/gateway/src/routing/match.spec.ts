import { describe, expect, it } from '@jest/globals'
import { HeaderList } from '@knative-ts/proxy'
import { routesOf } from '../testing/routes.ts'
import { compileRule, type CompiledRule } from './compiled-route.ts'
import { hostKey, matchPath, pickSplit } from './match.ts'

type Paths = NonNullable<Parameters<typeof routesOf>[1]>['paths']

function ruleOf(paths: Paths): CompiledRule {
  const routes = routesOf('a.test', paths === undefined ? {} : { paths })
  return compileRule(routes, routes.rules[0] as (typeof routes.rules)[number])
}

/** A generator of [0, 1) that gives the same numbers each time (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

it.each([
  ['hello.default.localhost', 'hello.default.localhost'],
  ['Hello.Default.LOCALHOST:8080', 'hello.default.localhost'],
  ['hello.default.localhost.', 'hello.default.localhost'],
  ['hello.default.localhost.:8080', 'hello.default.localhost'],
  ['10.0.0.1:80', '10.0.0.1'],
  ['[fd00::1]:8080', '[fd00::1]'],
  ['[fd00::1]', '[fd00::1]'],
  ['', '']
])('host %j is looked up as %j', (host, expected) => {
  expect(hostKey(host)).toBe(expected)
})

describe('the path of a request', () => {
  const rule = ruleOf([
    { splits: [{ backend: 'rest' }] },
    { path: '/api', splits: [{ backend: 'api' }] },
    { matchHeaders: { 'Knative-Serving-Tag': 'blue' }, splits: [{ backend: 'blue' }] },
    { path: '/api', matchHeaders: { 'X-Beta': 'yes' }, splits: [{ backend: 'beta' }] }
  ])

  it.each([
    ['/', {}, 'rest'],
    ['/api/users?x=1', {}, 'api'],
    ['/?to=/api', {}, 'rest'],
    ['/API', {}, 'rest'],
    ['/', { 'knative-serving-tag': 'blue' }, 'blue'],
    ['/', { 'Knative-Serving-Tag': 'Blue' }, 'rest'],
    ['/api', { 'X-Beta': 'yes' }, 'beta'],
    ['/api', { 'Knative-Serving-Tag': 'blue' }, 'api']
  ])('%s with %j leads to %s', (target, headers, expected) => {
    expect(matchPath(rule, target, HeaderList.from(headers))?.splits[0]?.backend).toBe(expected)
  })

  it('leads nowhere when none fits', () => {
    expect(matchPath(ruleOf([{ path: '/only' }]), '/other', HeaderList.from({}))).toBeUndefined()
  })
})

describe('a split', () => {
  const count = (percents: readonly number[], requests: number): number[] => {
    const { splits } = ruleOf([{ splits: percents.map((percent, index) => ({ backend: String(index), percent })) }]).paths[0] ?? {
      splits: []
    }
    const counts = percents.map(() => 0)
    const random = seeded(42)
    for (let request = 0; request < requests; request++) {
      const index = Number(pickSplit(splits, random)?.backend)
      counts[index] = (counts[index] ?? 0) + 1
    }
    return counts
  }

  it.each([[[100]], [[80, 20]], [[1, 99]], [[34, 33, 33]], [[0, 100]], [[50, 0, 50]]])('of %j is kept over 10,000 requests', (percents) => {
    const counts = count(percents, 10_000)
    percents.forEach((percent, index) => {
      // Four standard deviations of the binomial distribution.
      const spread = 4 * Math.sqrt(10_000 * (percent / 100) * (1 - percent / 100))
      expect(Math.abs((counts[index] ?? 0) - percent * 100)).toBeLessThanOrEqual(spread)
    })
  })

  it('never goes to a part without percentage, even at the edge', () => {
    const { splits } = ruleOf([
      {
        splits: [
          { backend: 'a', percent: 100 },
          { backend: 'b', percent: 0 }
        ]
      }
    ]).paths[0] ?? { splits: [] }
    for (const edge of [0, 0.5, 1 - 2 ** -53, 1]) expect(pickSplit(splits, () => edge)?.backend).toBe('a')
  })

  it('leads nowhere without parts', () => {
    expect(pickSplit([], Math.random)).toBeUndefined()
  })
})

it('the headers of a split win over those of its path, and both over the client’s', () => {
  const rule = ruleOf([{ appendHeaders: { A: 'path', B: 'path' }, splits: [{ appendHeaders: { B: 'split' } }] }])
  expect(rule.paths[0]?.splits[0]?.edits.set).toEqual([
    ['A', 'a', 'path'],
    ['B', 'b', 'split']
  ])
  expect(rule.paths[0]?.splits[0]?.edits.remove.has('knative-serving-revision')).toBe(true)
})
