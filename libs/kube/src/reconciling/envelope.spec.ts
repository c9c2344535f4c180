import { expect, it } from '@jest/globals'
import { routeConditions, routes, type Route, type RouteStatus } from '@knative-ts/api'
import { fakeCluster, keptLog, route } from '@knative-ts/testing'
import { createEventRecorder, createInformerFactory, settled, systemClock } from '../index.ts'
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
