import { expect, it } from '@jest/globals'
import { stats } from '@knative-ts/wire'
import { pod } from '@knative-ts/testing'
import { scrapePods } from './scraper.ts'

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
    message: '2 of 3 pods answered; last failure: p0: connection refused'
  })
  expect(await scrapePods([], { ...options, ask: refusing(0) })).toEqual({ kind: 'no-pods' })
})
