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
