import { expect, it } from '@jest/globals'
import { fakeCluster, keptLog, virtualClock } from '@knative-ts/testing'
import { holdCompanions } from './companion-leases.ts'
import { leases, type Lease } from './lease.ts'

const leaseDurationMs = 60_000
const count = 8

function held() {
  const cluster = fakeCluster({ objects: [] })
  const clock = virtualClock()
  const stop = new AbortController()
  const options = {
    client: cluster.client,
    namespace: 'knative-serving',
    companions: Array.from({ length: count }, (_, index) => `companion-${index}`),
    identity: 'me',
    leaseDurationMs,
    retryPeriodMs: 10_000,
    clock,
    log: keptLog()
  }
  const done = holdCompanions(options, stop.signal)
  const all = (): readonly Lease[] => cluster.all(leases) as unknown as readonly Lease[]
  return { cluster, clock, stop, done, all }
}

it('takes all leases at once, and none is ever over while it holds them', async () => {
  const { cluster, clock, stop, done, all } = held()
  await clock.advance(0)
  expect(all()).toHaveLength(count)
  for (let second = 0; second < 300; second++) {
    await clock.advance(1_000)
    const oldest = Math.min(...all().map(({ spec }) => Date.parse(spec?.renewTime ?? '')))
    expect(clock.now() - oldest).toBeLessThan(leaseDurationMs)
  }
  // 300 s, each lease every 50 s; and the first time each is tried as a patch before it is created.
  expect(cluster.writes.filter(({ resource }) => resource.plural === 'leases').length).toBeLessThanOrEqual(2 * count + (count * 300) / 50)
  stop.abort()
  await done
  expect(all().map(({ spec }) => spec?.holderIdentity)).toEqual(Array.from({ length: count }, () => ''))
})
