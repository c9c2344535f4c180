import { expect, it } from '@jest/globals'
import type { Metric, ObjectKey } from '@knative-ts/api'
import { pod, settle, virtualClock } from '@knative-ts/testing'
import { stats } from '@knative-ts/wire'
import { RefusedError } from './ask.ts'
import { MetricCollector } from './metric-collector.ts'
import { ScrapeLoop, type ScrapeWorld } from './scrape-loop.ts'

const key: ObjectKey = { namespace: 'default', name: 'hello-00001' }
const metric: Metric = {
  apiVersion: 'autoscaling.internal.knative.dev/v1alpha1',
  kind: 'Metric',
  metadata: { ...key },
  spec: { stableWindow: 60e9, panicWindow: 6e9, scrapeTarget: 'hello-00001-private' }
}

/** Seconds of a loop in a world; what was asked, and what is known after. */
async function run(seconds: number, over: Partial<ScrapeWorld>) {
  const asked: string[] = []
  const changes: string[] = []
  const clock = virtualClock()
  const collector = new MetricCollector()
  collector.update(key, metric)
  const told = (kind: string, ask?: ScrapeWorld['ask']) => async (address: string) => {
    asked.push(`${kind} ${address}`)
    return ask === undefined ? { ...stats.Stat.create(), podName: 'a', averageConcurrentRequests: 4, processUptime: 100 } : ask(address)
  }
  const stop = new AbortController()
  const loop = new ScrapeLoop({
    collector,
    decides: () => true,
    readyPods: () => [pod({ metadata: { name: 'a' }, status: { podIP: '10.0.0.1' } })],
    mesh: () => 'auto',
    clusterDomain: 'cluster.local',
    clock,
    changed: ({ name }) => changes.push(name),
    ...over,
    ask: told('pod', over.ask),
    askService: told('service', over.askService)
  })
  loop.run(stop.signal)
  await clock.advance(seconds * 1000)
  stop.abort()
  return { asked, changes, failure: loop.failure(key), load: collector.measure(key, 'concurrency', clock.now()), pending: clock.pending() }
}

const behindMesh = () => Promise.reject(new RefusedError(503))
const service = 'service hello-00001-private.default.svc.cluster.local:9090'

it('asks each second, and stops with its signal', async () => {
  const { asked, load, pending } = await run(3, {})
  expect(asked).toEqual(Array.from({ length: 3 }, () => 'pod 10.0.0.1:9090'))
  expect(load).toMatchObject({ stable: 4 })
  expect(pending).toBe(0)
})

it('asks many revisions in groups over the period, each once a period', async () => {
  const clock = virtualClock()
  const collector = new MetricCollector()
  const names = Array.from({ length: 400 }, (_, index) => `many-${index}`)
  for (const name of names) collector.update({ namespace: 'default', name }, metric)
  const asked: { readonly name: string; readonly at: number }[] = []
  const stop = new AbortController()
  const loop = new ScrapeLoop({
    collector,
    decides: () => true,
    readyPods: ({ name }) => [pod({ metadata: { name }, status: { podIP: name } })],
    mesh: () => 'disabled',
    clusterDomain: 'cluster.local',
    clock,
    changed: () => undefined,
    ask: (address) => {
      asked.push({ name: address.slice(0, address.lastIndexOf(':')), at: clock.now() })
      return Promise.resolve(stats.Stat.create())
    },
    askService: behindMesh
  })
  loop.run(stop.signal)
  await clock.advance(2_999)
  stop.abort()
  expect(clock.pending()).toBe(0)
  const together = Map.groupBy(asked, ({ at }) => at)
  expect(Math.max(...[...together.values()].map(({ length }) => length))).toBe(20)
  for (const name of names) {
    const [first, second, ...more] = asked.filter((one) => one.name === name).map(({ at }) => at)
    expect([(second ?? 0) - (first ?? 0), more]).toEqual([1_000, []])
  }
})

it('leaves revisions that others decide about to them', async () => {
  expect((await run(3, { decides: () => false })).asked).toEqual([])
})

it('asks through the Service once a mesh has answered for the pods, and from then on', async () => {
  const { asked, load, failure } = await run(3, { ask: behindMesh })
  expect(asked).toEqual(['pod 10.0.0.1:9090', service, service, service])
  expect([load, failure]).toMatchObject([{ stable: 4 }, undefined])
})

it.each([
  ['enabled', undefined, [service, service]],
  ['disabled', behindMesh, ['pod 10.0.0.1:9090', 'pod 10.0.0.1:9090']]
] as const)('asks as mesh-compatibility-mode %s says', async (mode, ask, expected) => {
  expect((await run(2, { mesh: () => mode, ...(ask === undefined ? {} : { ask }) })).asked).toEqual(expected)
})

it('does not take every failure for a mesh', async () => {
  const { asked, failure, changes } = await run(2, { ask: () => Promise.reject(new Error('refused')) })
  expect(asked).toEqual(['pod 10.0.0.1:9090', 'pod 10.0.0.1:9090'])
  expect(failure).toMatchObject({ reason: 'CollectionFailed' })
  // Told once: it is no news a second time.
  expect(changes).toEqual(['hello-00001'])
})

it('remembers nothing of a revision that went while its pods were being asked', async () => {
  const answer = Promise.withResolvers<stats.Stat>()
  const clock = virtualClock()
  const collector = new MetricCollector()
  collector.update(key, metric)
  const changes: string[] = []
  const stop = new AbortController()
  const loop = new ScrapeLoop({
    collector,
    decides: () => true,
    readyPods: () => [pod({ metadata: { name: 'a' }, status: { podIP: '10.0.0.1' } })],
    mesh: () => 'disabled',
    clusterDomain: 'cluster.local',
    clock,
    changed: ({ name }) => changes.push(name),
    ask: () => answer.promise,
    askService: behindMesh
  })
  loop.run(stop.signal)
  await clock.advance(1_000)
  collector.forget(key)
  loop.forget(key)
  answer.reject(new Error('reset'))
  await settle()
  stop.abort()
  expect([loop.failure(key), changes]).toEqual([undefined, []])
})
