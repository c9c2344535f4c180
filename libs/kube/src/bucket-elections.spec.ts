import { expect, it } from '@jest/globals'
import { configMaps, type ConfigMap } from '@knative-ts/api/kubernetes'
import { fakeCluster, keptLog, settle, virtualClock } from '@knative-ts/testing'
import { createBucketElections } from './bucket-elections.ts'
import { readElectionConfig } from './election-config.ts'
import { leases } from './lease.ts'

const buckets = ['b-00-of-02', 'b-01-of-02']

it('leads every bucket that nobody else does, and hands all over when it stops', async () => {
  const cluster = fakeCluster()
  const clock = virtualClock()
  const replica = (identity: string) => {
    const terms: string[] = []
    const stop = new AbortController()
    const elections = createBucketElections({
      client: cluster.client,
      namespace: 'system',
      identity,
      buckets,
      clock,
      log: keptLog(),
      onStartedLeading: (bucket) => void terms.push(bucket)
    })
    return { elections, terms, stop, running: elections.run(stop.signal) }
  }
  const other = cluster.put({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { namespace: 'system', name: buckets[1] as string },
    spec: { holderIdentity: 'z', leaseDurationSeconds: 15 }
  } as never)
  expect(other).toBeDefined()
  const one = replica('a')
  await settle()
  expect([one.terms, one.elections.led(), one.elections.leaders()]).toEqual([[buckets[0]], [buckets[0]], ['a', 'z']])
  const two = replica('b')
  await settle()
  expect(two.elections.led()).toEqual([])
  await clock.advance(17_000)
  expect([...one.elections.led(), ...two.elections.led()].sort()).toEqual(buckets)
  one.stop.abort()
  await one.running
  await settle()
  expect([two.elections.led(), two.elections.leaderOf(buckets[1] as string)]).toEqual([buckets, 'b'])
  expect(cluster.find(leases, { namespace: 'system', name: buckets[0] as string })?.spec?.leaseDurationSeconds).toBe(15)
  two.stop.abort()
  await two.running
})

const configMap = (data: Record<string, string>): ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace: 'system', name: 'config-leader-election' },
  data
})

it.each([
  [{ buckets: '11' }, 'ConfigMap system/config-leader-election is invalid: buckets: value must be between 1 <= 11 <= 10'],
  [{ 'retry-period': '12s' }, 'retry-period 12000 ms, renew-deadline 10000 ms, lease-duration 15000 ms']
])('refuses rules %j and names the ConfigMap', async (data, message) => {
  const { client } = fakeCluster()
  await client.create(configMaps, configMap(data))
  await expect(readElectionConfig(client, 'system', 'config-leader-election')).rejects.toThrow(message)
})

it('has leases of 15 s, given up after 10, renewed each 2, where nothing is said', async () => {
  const config = await readElectionConfig(fakeCluster().client, 'system', 'config-leader-election')
  expect(config).toMatchObject({ leaseDurationMs: 15_000, renewDeadlineMs: 10_000, retryPeriodMs: 2_000, buckets: 1 })
})
