import { expect, it } from '@jest/globals'
import { keyText } from '@knative-ts/api'
import { configMaps } from '@knative-ts/api/kubernetes'
import { eventually, fakeCluster, keptLog } from '@knative-ts/testing'
import { createBucketedLoop } from './bucketed-loop.ts'
import { createInformerFactory } from './informer-factory.ts'
import { settled } from './reconcile.ts'
import { triggeredBy } from './reconcile-loop.ts'

const named = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'default', name } })

it('passes the keys of the buckets that are led, each in one run, and all of a bucket when it is gained', async () => {
  const cluster = fakeCluster({ objects: ['a1', 'a2', 'b1'].map(named) })
  const factory = createInformerFactory(cluster.client, { log: keptLog() })
  const informer = factory.informer(configMaps)
  const passed: string[] = []
  const loop = createBucketedLoop({
    name: 'bucketed',
    log: keptLog(),
    triggers: [triggeredBy(informer)],
    reconcile: async (key) => {
      passed.push(keyText(key))
      return settled
    }
  })
  const over = new AbortController()
  await factory.start(over.signal)
  const [first, second] = [new AbortController(), new AbortController()]
  const runs = [loop.run(first.signal, ({ name }) => name.startsWith('a'))]
  await eventually(() => passed.length === 2)
  expect(passed).toEqual(['default/a1', 'default/a2'])
  runs.push(loop.run(second.signal, ({ name }) => name.startsWith('b')))
  await eventually(() => passed.length === 3)
  expect(passed.at(-1)).toBe('default/b1')
  first.abort()
  await runs[0]
  loop.enqueue({ namespace: 'default', name: 'a1' })
  loop.resync()
  await eventually(() => passed.length === 4)
  expect(passed.slice(3)).toEqual(['default/b1'])
  second.abort()
  over.abort()
  await Promise.all(runs)
})
