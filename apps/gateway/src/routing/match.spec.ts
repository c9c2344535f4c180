import { describe, expect, it } from '@jest/globals'
import { HeaderList } from '@knative-ts/proxy'
import { seededRandom } from '@knative-ts/testing'
import { routesOf, type RouteOptions } from '../testing/routes.ts'
import { Backends } from './backends.ts'
import { compileRule, type CompiledPath, type CompiledRule } from './compiled-route.ts'
import { hostKey, matchPath, pickSplit } from './match.ts'

function ruleOf(paths: NonNullable<RouteOptions['paths']>, options: RouteOptions = {}): CompiledRule {
  const routes = routesOf('a.test', { ...options, paths })
  const backends = new Backends()
  return compileRule(routes, routes.rules[0] as (typeof routes.rules)[number], (key) => backends.use(key))
}

const pathOf = (...percents: readonly number[]): CompiledPath =>
  ruleOf([{ splits: percents.map((percent, index) => ({ backend: String(index), percent })) }]).paths[0] as CompiledPath

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
    { path: '/.well-known/acme-challenge/token', splits: [{ backend: 'solver' }] },
    { matchHeaders: { 'Knative-Serving-Tag': 'blue' }, splits: [{ backend: 'blue' }] },
    { path: '/api', matchHeaders: { 'X-Beta': 'yes', 'X-Ring': '1' }, splits: [{ backend: 'beta' }] },
    { path: '/api', splits: [{ backend: 'api' }] },
    { path: '/who?', splits: [{ backend: 'no path has a question mark' }] },
    { splits: [{ backend: 'rest' }] },
    { path: '/late', splits: [{ backend: 'never: an earlier one fits' }] }
  ])

  it.each([
    ['/', {}, 'rest'],
    ['*', {}, 'rest'],
    ['/late', {}, 'rest'],
    ['/api', {}, 'api'],
    ['/apiary', {}, 'api'],
    ['/api/users?x=1', {}, 'api'],
    ['/api?x=1', {}, 'api'],
    ['/?to=/api', {}, 'rest'],
    ['/API', {}, 'rest'],
    ['/who?', {}, 'rest'],
    ['/.well-known/acme-challenge/token', { 'Knative-Serving-Tag': 'blue' }, 'solver'],
    ['/', { 'knative-serving-tag': 'blue' }, 'blue'],
    ['/', { 'Knative-Serving-Tag': 'Blue' }, 'rest'],
    ['/', { 'Knative-Serving-Tag': '' }, 'rest'],
    ['/api', { 'X-Beta': 'yes', 'X-Ring': '1' }, 'beta'],
    ['/api', { 'X-Beta': 'yes' }, 'api'],
    ['/api', { 'X-Beta': 'yes', 'X-Ring': '1', 'Knative-Serving-Tag': 'blue' }, 'blue']
  ])('%s with %j leads to %s: the first that fits', (target, headers, expected) => {
    expect(matchPath(rule, target, HeaderList.from(headers))?.splits[0]?.backend.key).toBe(expected)
  })

  it.each([
    ['the only one without conditions', [{}], true],
    ['the only one, with a prefix', [{ path: '/' }], false],
    ['the only one, with a header', [{ matchHeaders: { A: 'b' } }], false],
    ['the first of two', [{}, {}], false]
  ])('of %s is or is not known beforehand', (_what, paths, known) => {
    expect(ruleOf(paths).sole !== undefined).toBe(known)
  })

  it('leads nowhere when none fits', () => {
    expect(matchPath(ruleOf([{ path: '/only' }]), '/other', HeaderList.from({}))).toBeUndefined()
  })
})

describe('a split', () => {
  const count = (percents: readonly number[], requests: number): number[] => {
    const path = pathOf(...percents)
    const counts = percents.map(() => 0)
    const random = seededRandom(42)
    for (let request = 0; request < requests; request++) {
      const index = Number(pickSplit(path, random)?.backend.key)
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
    const path = pathOf(100, 0)
    for (const edge of [0, 0.5, 1 - 2 ** -53, 1]) expect(pickSplit(path, () => edge)?.backend.key).toBe('0')
  })

  it('leads nowhere without parts', () => {
    expect(pickSplit(pathOf(), Math.random)).toBeUndefined()
  })
})

describe('what a split sets', () => {
  const splitOf = (options: RouteOptions = {}) =>
    ruleOf([{ appendHeaders: { A: 'path', B: 'path' }, rewriteHost: 'b.test', splits: [{ appendHeaders: { B: 'split' } }] }], options)
      .paths[0]?.splits[0]

  it('wins over what its path sets, and both over the client’s', () => {
    const edits = splitOf()?.edits
    expect(edits?.set).toEqual([
      ['A', 'a', 'path'],
      ['B', 'b', 'split']
    ])
    expect(edits?.remove.has('knative-serving-revision')).toBe(true)
  })

  it('spares inside what a gateway in front has said of the first host', () => {
    expect([splitOf()?.edits.remove.has('k-original-host'), splitOf({ clusterLocal: true })?.edits.remove.has('k-original-host')]).toEqual([
      true,
      false
    ])
  })

  it('is compiled once for each protocol, and an upgrade is HTTP/1.1 wherever it goes', () => {
    const split = splitOf()
    expect(split?.forwarding(true, undefined)).toMatchObject({ protocol: 'h2c', host: 'b.test', retry: 'unsent-or-idempotent' })
    expect(split?.forwarding(true, 'websocket')).toMatchObject({ protocol: 'h1', host: 'b.test' })
    expect(split?.forwarding(false, undefined)).toBe(split?.forwarding(true, 'websocket'))
  })
})

it.each([
  ['a public path', '/', {}, true],
  ['any path without a prefix', '', {}, true],
  ['a challenge of a certificate authority', '/.well-known/acme-challenge/token', {}, false],
  ['a cluster-local path', '/', { clusterLocal: true }, false],
  ['a KIngress that allows plain HTTP', '/', { httpOption: 'Enabled' }, false],
  ['a KIngress that says nothing', '/', { httpOption: '' }, false]
])('the redirect to https of %s', (_what, path, options, expected) => {
  expect(ruleOf([{ path }], { httpOption: 'Redirected', ...options }).paths[0]?.redirect).toBe(expected)
})
