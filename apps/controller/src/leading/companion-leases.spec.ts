import { expect, it } from '@jest/globals'
import { leases, type Lease } from '@knative-ts/api/kubernetes'
import { fakeCluster, keptLog, virtualClock } from '@knative-ts/testing'
import { companionsOf, decidingLeases, holdCompanions } from './companion-leases.ts'

const leaseDurationMs = 60_000
const count = 8

function held() {
  const cluster = fakeCluster({ objects: [] })
  const clock = virtualClock()
  const stop = new AbortController()
  const options = {
    client: cluster.client,
    namespace: 'knative-serving',
    companions: companionsOf(decidingLeases(1)[0] as string),
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

it('names the leases of a bucket as upstream does, and as config-leader-election renames them', () => {
  const [, second = ''] = decidingLeases(3)
  expect(second).toBe('controller.knative.dev.serving.pkg.reconciler.revision.reconciler.01-of-03')
  expect(companionsOf(second)).toContain('controller.knative.dev.serving.pkg.reconciler.domainmapping.reconciler.01-of-03')
  const renamed = new Map([['controller.knative.dev.serving.pkg.reconciler.gc.reconciler', 'collector']])
  expect(companionsOf(second, renamed)).toContain('collector.01-of-03')
})
