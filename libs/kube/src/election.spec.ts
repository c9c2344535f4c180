import { describe, expect, it } from '@jest/globals'
import { fakeCluster, keptLog, settle, virtualClock, type FakeCluster, type VirtualClock } from '@knative-ts/testing'
import type { KubeClient, WatchOptions } from './client.ts'
import { createElection } from './election.ts'
import { leases, type Lease } from './lease.ts'

const key = { namespace: 'default', name: 'leader' }

function candidate(
  cluster: FakeCluster,
  clock: VirtualClock,
  identity: string,
  releaseOnStop = true,
  hasEnded?: (identity: string) => Promise<boolean>
) {
  const terms: string[] = []
  const stop = new AbortController()
  const election = createElection({
    client: cluster.client,
    ...key,
    identity,
    leaseDurationMs: 60_000,
    renewDeadlineMs: 40_000,
    retryPeriodMs: 10_000,
    releaseOnStop,
    ...(hasEnded === undefined ? {} : { hasEnded }),
    log: keptLog(),
    clock,
    onStartedLeading: (signal) => {
      terms.push('started')
      signal.addEventListener('abort', () => terms.push('aborted'), { once: true })
    },
    onStoppedLeading: () => void terms.push('stopped')
  })
  const running = election.run(stop.signal)
  return {
    election,
    terms,
    stop: async () => {
      stop.abort()
      await running
    }
  }
}

/** A client that does some things in a way of its own. */
function over(client: KubeClient, own: Partial<KubeClient>): KubeClient {
  return new Proxy(client, {
    get: (target, name) => {
      const method: unknown = Reflect.get(name in own ? own : target, name)
      return typeof method === 'function' ? method.bind(target) : method
    }
  })
}

describe('an election', () => {
  it('makes one leader, and writes the lease as Kubernetes does', async () => {
    const cluster = fakeCluster()
    const clock = virtualClock()
    const first = candidate(cluster, clock, 'a')
    await settle()
    const second = candidate(cluster, clock, 'b')
    await settle()
    expect([first.election.isLeading(), second.election.isLeading(), second.election.leader()]).toEqual([true, false, 'a'])
    expect(cluster.find(leases, key)?.spec).toEqual({
      holderIdentity: 'a',
      leaseDurationSeconds: 60,
      acquireTime: '2030-01-01T00:00:00.000000Z',
      renewTime: '2030-01-01T00:00:00.000000Z',
      leaseTransitions: 0
    })
    await clock.advance(10_000)
    expect(cluster.find(leases, key)?.spec?.renewTime).toBe('2030-01-01T00:00:10.000000Z')
    await second.stop()
    await first.stop()
  })

  it('hands a released lease over at once, without a tick of the clock', async () => {
    const cluster = fakeCluster()
    const clock = virtualClock()
    const first = candidate(cluster, clock, 'a')
    await settle()
    const second = candidate(cluster, clock, 'b')
    await settle()
    await first.stop()
    await settle()
    expect(first.terms).toEqual(['started', 'aborted', 'stopped'])
    expect(second.election.isLeading()).toBe(true)
    expect(cluster.find(leases, key)?.spec).toMatchObject({ holderIdentity: 'b', leaseTransitions: 1 })
    await second.stop()
    expect(cluster.find(leases, key)?.spec?.holderIdentity).toBe('')
  })

  it('waits for the end of the lease of a leader that vanished', async () => {
    const cluster = fakeCluster()
    const clock = virtualClock()
    const first = candidate(cluster, clock, 'a', false)
    await settle()
    await first.stop()
    const second = candidate(cluster, clock, 'b')
    await settle()
    await clock.advance(59_000)
    expect(second.election.isLeading()).toBe(false)
    await clock.advance(3_000)
    expect(second.election.isLeading()).toBe(true)
    await second.stop()
  })

  it('takes the lease of a leader over that is known to have ended, and of no other', async () => {
    const cluster = fakeCluster()
    const clock = virtualClock()
    const ended = new Set<string>()
    const first = candidate(cluster, clock, 'a', false)
    await settle()
    const asked: string[] = []
    const second = candidate(cluster, clock, 'b', true, async (identity) => {
      asked.push(identity)
      return ended.has(identity)
    })
    await settle()
    await clock.advance(20_000)
    expect([first.election.isLeading(), second.election.isLeading()]).toEqual([true, false])
    await first.stop()
    ended.add('a')
    await clock.advance(6_000)
    expect(second.election.isLeading()).toBe(true)
    expect(cluster.find(leases, key)?.spec).toMatchObject({ holderIdentity: 'b', leaseTransitions: 1 })
    expect(new Set(asked)).toEqual(new Set(['a']))
    await second.stop()
  })

  it('waits for the end of the lease when nobody can say whether the leader has ended', async () => {
    const cluster = fakeCluster()
    const clock = virtualClock()
    const first = candidate(cluster, clock, 'a', false)
    await settle()
    await first.stop()
    const second = candidate(cluster, clock, 'b', true, () => Promise.reject(new Error('away')))
    await settle()
    await clock.advance(59_000)
    expect(second.election.isLeading()).toBe(false)
    await clock.advance(6_000)
    expect(second.election.isLeading()).toBe(true)
    await second.stop()
  })

  it('does not take over from a leader that came back while it was looked for', async () => {
    const cluster = fakeCluster()
    const clock = virtualClock()
    const first = candidate(cluster, clock, 'a', false)
    await settle()
    await first.stop()
    const again: ReturnType<typeof candidate>[] = []
    const second = candidate(cluster, clock, 'b', true, async () => {
      // The same container in its pod again: it goes on with the lease it left.
      if (again.length === 0) again.push(candidate(cluster, clock, 'a'))
      await settle()
      return true
    })
    await settle()
    expect([again[0]?.election.isLeading(), second.election.isLeading()]).toEqual([true, false])
    await second.stop()
    await again[0]?.stop()
  })

  it('ends the term of a leader that cannot renew, before others may take over', async () => {
    const cluster = fakeCluster()
    const clock = virtualClock()
    const first = candidate(cluster, clock, 'a')
    await settle()
    cluster.fail({ verb: 'update', resource: leases, times: 1000, error: 'Timeout' })
    await clock.advance(39_000)
    expect(first.election.isLeading()).toBe(true)
    await clock.advance(12_000)
    expect(first.election.isLeading()).toBe(false)
    expect(first.terms).toEqual(['started', 'aborted', 'stopped'])
    await first.stop()
  })

  it('survives one lost renewal', async () => {
    const cluster = fakeCluster()
    const clock = virtualClock()
    const first = candidate(cluster, clock, 'a')
    await settle()
    cluster.fail({ verb: 'update', resource: leases, times: 2, error: 'Timeout' })
    await clock.advance(60_000)
    expect([first.election.isLeading(), first.terms]).toEqual([true, ['started']])
    await first.stop()
  })

  it('ends the term of a leader whose renewal is not answered, before others may take over, and leads again when it is', async () => {
    const cluster = fakeCluster()
    const clock = virtualClock()
    const answered = Promise.withResolvers<void>()
    let updates = 0
    const { client } = cluster
    const slow = over(client, {
      update: async (resource, object) => {
        if (++updates === 1) await answered.promise
        return client.update(resource, object)
      }
    })
    const first = candidate({ ...cluster, client: slow }, clock, 'a')
    await settle()
    await clock.advance(39_000)
    expect([first.election.isLeading(), updates]).toEqual([true, 1])
    await clock.advance(2_000)
    expect([first.election.isLeading(), first.terms]).toEqual([false, ['started', 'aborted', 'stopped']])
    // What was asked long ago is asked again at once.
    answered.resolve()
    await settle()
    await clock.advance(0)
    expect([first.election.isLeading(), updates]).toEqual([true, 2])
    await first.stop()
  })

  it('makes the lease anew that was deleted before the answer to a renewal came', async () => {
    const cluster = fakeCluster()
    const clock = virtualClock()
    let removed = false
    const { client } = cluster
    const late = over(client, {
      update: async (resource, object) => {
        const answer = await client.update(resource, object)
        if (!removed) {
          removed = true
          cluster.remove(answer)
          await settle()
        }
        return answer
      }
    })
    const first = candidate({ ...cluster, client: late }, clock, 'a')
    await settle()
    for (let renewals = 0; renewals < 4; renewals++) {
      await clock.advance(10_000)
      await settle()
    }
    expect([removed, cluster.find(leases, key)?.spec?.holderIdentity, first.terms]).toEqual([true, 'a', ['started']])
    await first.stop()
  })

  it('does not take what the watch tells late for a new state', async () => {
    const cluster = fakeCluster()
    const clock = virtualClock()
    const before = cluster.put<Lease>({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: key,
      spec: { holderIdentity: 'z', leaseDurationSeconds: 1 }
    })
    const told = Promise.withResolvers<void>()
    const { client } = cluster
    const late = over(client, {
      // The list came from a server that is behind.
      list: async () => ({ items: [], resourceVersion: '0' }),
      watch: async function* (_leases: unknown, { signal }: WatchOptions) {
        await told.promise
        yield { type: 'ADDED', object: before }
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
      }
    } as Partial<KubeClient>)
    const first = candidate({ ...cluster, client: late }, clock, 'a')
    await settle()
    await clock.advance(5_000)
    expect(first.election.isLeading()).toBe(true)
    told.resolve()
    await clock.advance(20_000)
    expect([first.election.isLeading(), first.terms]).toEqual([true, ['started']])
    await first.stop()
  })

  it('refuses periods that cannot work', () => {
    const make = () =>
      createElection({ client: fakeCluster().client, ...key, identity: 'a', renewDeadlineMs: 60_000, onStartedLeading: () => undefined })
    expect(make).toThrow('retryPeriodMs < renewDeadlineMs < leaseDurationMs must hold')
  })
})
