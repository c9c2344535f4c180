import { expect, it } from '@jest/globals'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { configMaps, type ConfigMap } from '@knative-ts/api/kubernetes'
import { eventually, keptLog } from '@knative-ts/testing'
import type { KubeClient, WatchEvent, WatchOptions } from './client.ts'
import { reflect } from './reflector.ts'

const configMap = (): ConfigMap => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'default', name: 'one' } })

it('lets go of what it listed while the watch goes on', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const listed: WeakRef<ConfigMap>[] = []
  const watching = Promise.withResolvers<void>()
  const client = {
    list: () => {
      const item = configMap()
      listed.push(new WeakRef(item))
      return Promise.resolve({ items: [item], resourceVersion: '1' })
    },
    async *watch(_resource: unknown, { signal }: WatchOptions): AsyncGenerator<WatchEvent<ConfigMap>> {
      watching.resolve()
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
      yield* []
    }
  } as unknown as KubeClient
  const stop = new AbortController()
  let replaced = 0
  const target = { replace: (items: readonly ConfigMap[]) => void (replaced += items.length), apply: () => undefined }
  const ended = reflect(client, configMaps, {}, target, stop.signal, { log: keptLog() })
  await watching.promise
  // What a turn of the event loop has looked at lives to its end, and not each collection finds everything.
  const isGone = (): boolean => {
    collect()
    return listed[0]?.deref() === undefined
  }
  await eventually(isGone, 'what was listed to be let go of')
  expect([replaced, listed.length]).toEqual([1, 1])
  stop.abort()
  await ended
})
