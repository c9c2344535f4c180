import { expect, it } from '@jest/globals'
import { routeConditions, routes, type Route, type RouteStatus } from '@knative-ts/api'
import { fakeCluster, keptLog, route, virtualClock } from '@knative-ts/testing'
import { again, createEventRecorder, createInformerFactory, settled, systemClock } from '../index.ts'
import { enveloped } from './envelope.ts'
import { Kept } from './kept.ts'

/** One pass over Route default/hello; `during` happens while it reconciles. */
async function pass(during: (cluster: ReturnType<typeof fakeCluster>) => void | Promise<void>) {
  const cluster = fakeCluster({ objects: [route()] })
  const stop = new AbortController()
  const factory = createInformerFactory(cluster.client, { log: keptLog() })
  const kept = new Kept<Route>(cluster.client, factory.informer(routes))
  await factory.start(stop.signal)
  const recorder = createEventRecorder({ client: cluster.client, component: 'test', log: keptLog() })
  const reconcile = enveloped<Route>(
    {
      objects: kept,
      conditions: routeConditions,
      reconcile: async (object) => {
        await during(cluster)
        ;(object.status as RouteStatus).url = 'http://hello.default.example.com'
        return settled
      }
    },
    { recorder, clock: systemClock }
  )
  const outcome = await reconcile({ namespace: 'default', name: 'hello' }, stop.signal)
  await recorder.flush()
  stop.abort()
  const left = cluster.all(routes)[0] as Route | undefined
  return { outcome, left, warnings: cluster.writes.filter(({ resource }) => resource.plural === 'events') }
}

it('writes the status with the observed generation', async () => {
  const { left } = await pass(() => undefined)
  expect(left?.status).toMatchObject({ observedGeneration: 1, url: 'http://hello.default.example.com' })
})

it('says nothing about an object that was deleted meanwhile', async () => {
  const { outcome, warnings } = await pass((cluster) => cluster.client.delete(routes, { namespace: 'default', name: 'hello' }))
  expect([outcome, warnings]).toEqual([settled, []])
})

it('leaves an object of the same name alone that came meanwhile', async () => {
  const { outcome, left, warnings } = await pass(async (cluster) => {
    await cluster.client.delete(routes, { namespace: 'default', name: 'hello' })
    cluster.put(route({ metadata: { uid: 'another' } }))
  })
  expect([outcome, warnings]).toEqual([settled, []])
  expect(left?.metadata.uid).toBe('another')
  expect(left?.status).toBeUndefined()
})

/** One kept Route that is passed again and again, as the clock goes. */
async function passes(leisureMs: number, conditions: readonly ('Unknown' | 'True' | 'False' | 'thrown')[], stepMs: number) {
  const cluster = fakeCluster({ objects: [route()] })
  const stop = new AbortController()
  const factory = createInformerFactory(cluster.client, { log: keptLog() })
  const kept = new Kept<Route>(cluster.client, factory.informer(routes))
  await factory.start(stop.signal)
  const recorder = createEventRecorder({ client: cluster.client, component: 'test', log: keptLog() })
  const clock = virtualClock()
  let turn = 0
  const reconcile = enveloped<Route>(
    {
      objects: kept,
      conditions: routeConditions,
      leisureMs,
      reconcile: async ({ status }) => {
        const condition = conditions[turn]
        status.url = `http://turn-${turn}`
        if (condition === 'thrown') throw new Error('on purpose')
        status.conditions = routeConditions.dependents.map((type) => ({ type, status: condition as 'Unknown' }))
        status.conditions.push({ type: 'Ready', status: condition as 'Unknown' })
        return settled
      }
    },
    { recorder, clock }
  )
  const outcomes: unknown[] = []
  for (; turn < conditions.length; turn++) {
    outcomes.push(await reconcile({ namespace: 'default', name: 'hello' }, stop.signal).catch((error: Error) => error.message))
    await clock.advance(stepMs)
  }
  await recorder.flush()
  stop.abort()
  const told = cluster.writes.filter(({ resource, subresource }) => resource.plural === 'routes' && subresource === 'status').length
  return { outcomes, told, url: (cluster.all(routes)[0] as Route | undefined)?.status?.url }
}

it.each([
  ['a state on the way waits until it has lasted', 500, ['Unknown', 'Unknown', 'Unknown'], 250, 1, 'http://turn-2'],
  ['readiness is told at once, and what came before never', 500, ['Unknown', 'Unknown', 'True'], 10, 1, 'http://turn-2'],
  ['so is what a new object failed of at first', 500, ['False', 'Unknown', 'True'], 10, 1, 'http://turn-2'],
  ['a failure is told at once when something was told before', 500, ['True', 'False'], 10, 2, 'http://turn-1'],
  ['what is ready no longer is told at once', 500, ['True', 'Unknown', 'Unknown'], 10, 2, 'http://turn-1'],
  ['what goes with an error is told at once', 500, ['thrown'], 10, 1, 'http://turn-0'],
  ['without leisure everything is told', 0, ['Unknown', 'Unknown', 'True'], 10, 3, 'http://turn-2']
] as const)('%s', async (_name, leisureMs, conditions, stepMs, told, url) => {
  expect(await passes(leisureMs, conditions, stepMs)).toMatchObject({ told, url })
})

it('asks for a pass when an untold state has lasted', async () => {
  const { outcomes } = await passes(500, ['Unknown', 'Unknown', 'Unknown', 'Unknown'], 200)
  expect(outcomes).toEqual([again(500), again(300), again(100), settled])
})
