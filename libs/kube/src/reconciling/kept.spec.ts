import { expect, it } from '@jest/globals'
import { configMaps, type ConfigMap } from '@knative-ts/api/kubernetes'
import type { KubeClient } from '../client.ts'
import type { Informer } from '../informer.ts'
import { Kept } from './kept.ts'

const key = { namespace: 'default', name: 'one' }
const configMap = (resourceVersion: string, more: object = {}): ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { ...key, uid: 'u', resourceVersion, ...more }
})

/** A kind whose watch shows what the test says, and whose writes answer `answer`. */
function kept(answer: ConfigMap | Promise<ConfigMap>, cached?: ConfigMap) {
  let listener: (change: { before?: ConfigMap; after?: ConfigMap }) => void = () => undefined
  let current = cached
  const informer = {
    resource: configMaps,
    cache: { get: () => current },
    onChange: (added: typeof listener) => {
      listener = added
    }
  } as unknown as Informer<ConfigMap>
  const client = { patch: () => Promise.resolve(answer), create: () => Promise.resolve(answer) } as unknown as KubeClient
  const show = (after: ConfigMap | undefined): void => {
    const before = current
    current = after
    listener({ ...(before && { before }), ...(after && { after }) })
  }
  return { objects: new Kept(client, informer), show }
}

it('gives what was written before the watch shows it, and what the watch shows after', async () => {
  const { objects, show } = kept(configMap('2'))
  await objects.create(configMap(''))
  expect(objects.get(key)?.metadata.resourceVersion).toBe('2')
  show(configMap('3'))
  expect(objects.get(key)?.metadata.resourceVersion).toBe('3')
})

it('does not keep the ghost of an object whose last finalizer it took away after the watch has shown its end', async () => {
  const leaving = configMap('2', { deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['x'] })
  const { objects, show } = kept(configMap('3', { deletionTimestamp: '2026-01-01T00:00:00Z' }), leaving)
  show(undefined)
  await objects.patch(key, { type: 'merge', body: {} })
  expect(objects.get(key)).toBeUndefined()
})

it('does not keep the ghost of an object that came and went, for the watch, before the answer to its creation was here', async () => {
  const answered = Promise.withResolvers<ConfigMap>()
  const { objects, show } = kept(answered.promise)
  const creating = objects.create(configMap(''))
  show(configMap('2'))
  show(undefined)
  answered.resolve(configMap('2'))
  await creating
  expect(objects.get(key)).toBeUndefined()
})
