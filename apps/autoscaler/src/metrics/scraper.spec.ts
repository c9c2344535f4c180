import { expect, it } from '@jest/globals'
import { stats } from '@knative-ts/wire'
import { pod } from '@knative-ts/testing'
import { RefusedError } from './ask.ts'
import { scrapePods } from './scraper.ts'
import { scrapeService } from './service-scraper.ts'

const pods = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    pod({ metadata: { name: `p${index}`, creationTimestamp: '2030-01-01T00:00:00Z' }, status: { podIP: `10.0.0.${index}` } })
  )
const options = { oldBefore: 0, random: () => 0.5 }
const stat = (concurrency: number) => ({ ...stats.Stat.create(), averageConcurrentRequests: concurrency, requestCount: concurrency * 2 })

it('asks every pod of few, at their statistics port, and adds up what they say', async () => {
  const asked: string[] = []
  const scrape = await scrapePods(pods(2), {
    ...options,
    ask: async (address) => {
      asked.push(address)
      return stat(3)
    }
  })
  expect(asked).toEqual(['10.0.0.0:9090', '10.0.0.1:9090'])
  expect(scrape).toMatchObject({ kind: 'scraped', report: { averageConcurrentRequests: 6, requestCount: 12 } })
})

it('asks a sample of many and scales it up', async () => {
  let asked = 0
  const scrape = await scrapePods(pods(100), {
    ...options,
    ask: async () => {
      asked++
      return stat(2)
    }
  })
  expect(asked).toBe(14)
  expect(scrape).toMatchObject({ kind: 'scraped', report: { averageConcurrentRequests: 200 } })
})

it('asks another pod when one does not answer, and fails when too few do', async () => {
  const refusing = (dead: number) => async (address: string) => {
    if (Number(address.split(/[.:]/)[3]) < dead) throw new Error('connection refused')
    return stat(1)
  }
  expect(await scrapePods(pods(6), { ...options, ask: refusing(1) })).toMatchObject({
    kind: 'scraped',
    report: { averageConcurrentRequests: 6 }
  })
  expect(await scrapePods(pods(3), { ...options, ask: refusing(1) })).toEqual({
    kind: 'failed',
    reason: 'CollectionFailed',
    mesh: false,
    message: '2 of 3 pods answered; last failure: p0: connection refused'
  })
  expect(await scrapePods([], { ...options, ask: refusing(0) })).toEqual({ kind: 'no-pods' })
})

it('asks those first that are older than the stable window, and young ones where they fall short', async () => {
  const day = (date: string) => ({ creationTimestamp: `2030-01-0${date}T00:00:00Z` })
  const all = pods(5).map((one, index) => ({ ...one, metadata: { ...one.metadata, ...day(index < 2 ? '2' : '1') } }))
  const asked: string[] = []
  const ask = async (address: string) => {
    asked.push(address)
    if (address === '10.0.0.4:9090') throw new Error('gone')
    return stat(1)
  }
  await scrapePods(all, { ask, oldBefore: Date.parse('2030-01-01T12:00:00Z'), random: () => 0.5 })
  expect(asked).toEqual(['10.0.0.2:9090', '10.0.0.3:9090', '10.0.0.4:9090', '10.0.0.0:9090', '10.0.0.1:9090'])
})

it.each([
  ['every pod is answered for by a mesh', [502, 503], true],
  ['one answers something else', [502, 404], false]
])('suspects a mesh when %s', async (_what, statuses, mesh) => {
  const ask = (address: string) => Promise.reject(new RefusedError(statuses[Number(address.split(/[.:]/)[3])] ?? 0))
  expect(await scrapePods(pods(2), { ...options, ask })).toMatchObject({ kind: 'failed', mesh })
})

const answers = (names: readonly string[], uptimes: Readonly<Record<string, number>> = {}) => {
  const left = [...names]
  return async () => {
    const podName = left.shift() ?? names.at(-1) ?? ''
    return { ...stat(2), podName, processUptime: uptimes[podName] ?? 100 }
  }
}

it.each([
  ['every pod once, however often the Service leads to the same', 3, answers(['a', 'a', 'b', 'a', 'c']), 6],
  ['young pods where there are no others', 2, answers(['a', 'b'], { a: 5 }), 4],
  ['a sample of many', 100, answers(Array.from({ length: 20 }, (_, index) => `p${index}`)), 200]
])('asks through a Service %s', async (_what, population, ask, averageConcurrentRequests) => {
  const scrape = await scrapeService('hello-private.default.svc', population, { ask, windowMs: 60_000 })
  expect(scrape).toMatchObject({ kind: 'scraped', report: { averageConcurrentRequests } })
})

it('says why a Service did not lead to enough pods', async () => {
  expect(await scrapeService('s', 2, { ask: answers(['a']), windowMs: 60_000 })).toEqual({
    kind: 'failed',
    reason: 'DidNotReceiveStat',
    message: 'did not receive stat from an unscraped pod'
  })
  const refused = await scrapeService('s', 2, { ask: () => Promise.reject(new RefusedError(503)), windowMs: 60_000 })
  expect(refused).toEqual({ kind: 'failed', reason: 'CollectionFailed', message: 's: HTTP 503' })
  expect(await scrapeService('s', 0, { ask: answers(['a']), windowMs: 60_000 })).toEqual({ kind: 'no-pods' })
})
