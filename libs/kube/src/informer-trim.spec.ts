import { expect, it } from '@jest/globals'
import { configMaps, type ConfigMap } from '@knative-ts/api/kubernetes'
import { eventually, fakeCluster, keptLog } from '@knative-ts/testing'
import { createInformerFactory } from './informer-factory.ts'

const key = { namespace: 'default', name: 'big' }

it('keeps what it is told to of each object, from the list and from the watch, and shares it with nobody', async () => {
  const cluster = fakeCluster()
  const created = await cluster.client.create<ConfigMap>(configMaps, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { ...key },
    data: { used: 'a', huge: 'x' }
  })
  const factory = createInformerFactory(cluster.client, { log: keptLog() })
  const whole = factory.informer(configMaps)
  const trimmed = factory.informer(configMaps, {
    trim: ({ data, ...rest }: ConfigMap) => ({ ...rest, data: { used: data?.['used'] ?? '' } })
  })
  const stop = new AbortController()
  await factory.start(stop.signal)
  expect([trimmed.cache.get(key)?.data, whole.cache.get(key)?.data]).toEqual([{ used: 'a' }, { used: 'a', huge: 'x' }])
  await cluster.client.update(configMaps, { ...created, data: { used: 'b', huge: 'y' } })
  await eventually(() => trimmed.cache.get(key)?.data?.['used'] === 'b')
  expect(trimmed.cache.get(key)?.data).toEqual({ used: 'b' })
  await cluster.client.delete(configMaps, key)
  await eventually(() => trimmed.cache.get(key) === undefined)
  stop.abort()
})

it('drops who owns which field where it is told to, beside what is trimmed, and leaves the client’s object as it is', async () => {
  const managedFields = [{ manager: 'somebody' }]
  const cluster = fakeCluster({
    objects: [
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { ...key, labels: { a: 'b' }, managedFields }, data: { huge: 'x' } } as ConfigMap
    ]
  })
  const factory = createInformerFactory(cluster.client, { log: keptLog(), managedFields: 'dropped' })
  const whole = factory.informer(configMaps)
  const trimmed = factory.informer(configMaps, { trim: (one: ConfigMap): ConfigMap => ({ ...one, data: {} }) })
  const stop = new AbortController()
  await factory.start(stop.signal)
  for (const informer of [whole, trimmed]) expect(informer.cache.get(key)?.metadata).not.toHaveProperty('managedFields')
  expect([whole.cache.get(key)?.data, trimmed.cache.get(key)?.data]).toEqual([{ huge: 'x' }, {}])
  expect(whole.cache.get(key)?.metadata.labels).toEqual({ a: 'b' })
  expect((await cluster.client.get(configMaps, key)).metadata.managedFields).toEqual(managedFields)
  stop.abort()
})

it('starts nothing, and waits for nothing, where it was stopped before', async () => {
  const cluster = fakeCluster()
  const factory = createInformerFactory(cluster.client, { log: keptLog() })
  const informer = factory.informer(configMaps)
  await factory.start(AbortSignal.abort())
  expect([informer.hasSynced(), cluster.watches.size]).toEqual([false, 0])
})
