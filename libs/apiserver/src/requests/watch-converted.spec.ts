import { expect, it } from '@jest/globals'
import type { StoreEvent } from '../store/object-store.ts'
import type { Call, World } from './call.ts'
import type { WatchListener } from './watch.ts'
import { ConvertedTelling } from './watch-converted.ts'

it('ends a watch for which more and more waits for a webhook that does not answer', () => {
  const heard: string[] = []
  const listener: WatchListener = {
    event: () => void heard.push('event'),
    bookmark: () => void heard.push('bookmark'),
    error: () => void heard.push('error'),
    flush: () => undefined,
    end: () => void heard.push('end')
  }
  const world = { store: { revision: () => 1 }, conversions: { with: () => new Promise<never>(() => undefined) } } as unknown as World
  const telling = new ConvertedTelling(world, {} as Call, listener)
  const key = { resource: 'example.com/things', namespace: 'n', name: 'one' }
  const event: StoreEvent = {
    type: 'MODIFIED',
    revision: 2,
    current: { key, revision: 2, json: '{}', size: 2, object: { apiVersion: 'example.com/v1', kind: 'Thing', metadata: {} } }
  }
  for (let batch = 0; batch < 10; batch++)
    telling.tell(
      Array.from({ length: 1_000 }, () => event),
      () => []
    )
  expect(heard).toEqual([])
  telling.tell([event], () => [])
  telling.tell([event], () => [])
  expect(heard).toEqual(['end'])
})
