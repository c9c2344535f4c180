import { expect, it } from '@jest/globals'
import { settle } from '@knative-ts/testing'
import type { eventRouting } from '@knative-ts/wire'
import type { TableChange } from '../../routing/followed-table.ts'
import { EventTable } from './event-table.ts'
import { forRoles } from './for-roles.ts'
import { retryOf } from './retry-of.ts'

const channel = (key: string, uid = 'u'): eventRouting.Channel => ({
  key,
  uid,
  kind: 'InMemoryChannel',
  host: 'h',
  broker: '',
  eventTypeReference: undefined
})
const broker = (key: string): eventRouting.Broker => ({ key, uid: 'b', channel: key, channelAddress: undefined })

function watched() {
  const table = new EventTable()
  const changes: TableChange<eventRouting.EventRoutingUpdate>[] = []
  table.onChange((change) => changes.push(change))
  return { table, changes }
}

it('sends what changed within a turn in one update, once', async () => {
  const { table, changes } = watched()
  table.set('channel', 'a/1', channel('a/1'))
  table.set('channel', 'a/1', channel('a/1', 'v'))
  table.set('broker', 'a/1', broker('a/1'))
  await settle()
  expect(changes).toHaveLength(1)
  expect(changes[0]?.update).toMatchObject({ sequence: 2, channels: [{ key: 'a/1', uid: 'v' }], brokers: [{ key: 'a/1' }] })
  expect(changes[0]?.published).toEqual(['channel a/1', 'broker a/1'])
  table.set('channel', 'a/1', channel('a/1', 'v'))
  await settle()
  expect(changes).toHaveLength(1)
})

it('tells what is gone, and that it is served no more', async () => {
  const { table, changes } = watched()
  table.set('subscription', 'uid', { uid: 'uid' } as eventRouting.Subscription)
  await settle()
  table.remove('subscription', 'uid')
  table.remove('channel', 'never/there')
  await settle()
  expect(changes.at(-1)).toMatchObject({ update: { removedSubscriptions: ['uid'], removedChannels: [] }, removed: ['subscription uid'] })
  expect(table.published('subscription uid')).toBeUndefined()
})

it('has a whole table even when it is empty', () => {
  expect(new EventTable().complete()).toMatchObject([{ sequence: 1, complete: true, part: 0, continues: false, channels: [] }])
})

it('gives each role what it needs, and nothing where that is nothing', () => {
  const table = new EventTable()
  table.set('channel', 'a/1', channel('a/1'))
  const [update] = table.complete()
  if (update === undefined) throw new Error('there is no table')
  expect(forRoles(update, ['channel'])?.channels).toHaveLength(1)
  // A whole table goes to everybody: it says what there is not.
  expect(forRoles(update, ['job-sink'])?.channels).toEqual([])
  expect(forRoles({ ...update, complete: false }, ['job-sink'])).toBeUndefined()
})

it.each([
  [undefined, { retries: 0, policy: '', delayMs: undefined, timeoutMs: undefined, retryAfterMaxMs: undefined }],
  [
    { retry: 5, backoffPolicy: 'exponential', backoffDelay: 'PT0.2S', timeout: 'PT1M', retryAfterMax: 'PT0S' },
    { retries: 5, policy: 'exponential', delayMs: 200, timeoutMs: 60_000, retryAfterMaxMs: 0 }
  ],
  [
    { retry: -1, backoffDelay: 'soon' },
    { retries: 0, policy: '', delayMs: undefined, timeoutMs: undefined, retryAfterMaxMs: undefined }
  ]
] as const)('reads how %j is retried', (delivery, retry) => expect(retryOf(delivery as never)).toEqual(retry))
