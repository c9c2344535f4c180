import { beforeEach, describe, expect, it } from '@jest/globals'
import { eventTypesV1beta3 } from '@knative-ts/api'
import type { CloudEvent } from '@knative-ts/eventing'
import { eventually, type FakeCluster, fakeCluster, keptLog } from '@knative-ts/testing'
import type { Log } from '@knative-ts/telemetry/logger'
import { EventTable } from '../table/event-table.ts'
import { broker, channel, completeTable, subscription, trigger } from '../testing/table-of.ts'
import { EventTypes } from './event-types.ts'

const event = (over: Readonly<Record<string, string>> = {}): CloudEvent => ({
  attributes: new Map(Object.entries({ specversion: '1.0', id: '1', source: '/auto', type: 'auto.type', ...over })),
  data: undefined
})

describe('EventTypes of what is seen', () => {
  let cluster: FakeCluster
  let types: EventTypes
  const log = keptLog()
  beforeEach(() => {
    cluster = fakeCluster()
    const table = new EventTable({ lingerMs: 60_000 })
    table.apply(completeTable({ brokers: [broker('ht/default').broker] }))
    types = new EventTypes({ client: async () => cluster.client, table: () => table, log: log as unknown as Log })
    types.isOn = true
  })
  const made = () => cluster.all(eventTypesV1beta3)

  it('are the Broker’s, as was recorded, and made once', async () => {
    types.ofBroker('ht/default', event({ dataschema: 'http://schema.example.org/x' }))
    await eventually(() => made().length === 1, 'an EventType')
    expect(made()[0]).toMatchObject({
      metadata: {
        namespace: 'ht',
        ownerReferences: [{ apiVersion: 'eventing.knative.dev/v1', kind: 'Broker', name: 'default', uid: 'uid-default' }]
      },
      spec: {
        description: 'Event Type auto-created by controller',
        reference: { apiVersion: 'eventing.knative.dev/v1', kind: 'Broker', name: 'default', namespace: 'ht', address: 'http' }
      }
    })
    expect(made()[0]?.metadata.name).toMatch(/^et-default-[0-9a-f]{32}$/)
    expect(made()[0]?.spec.attributes?.map(({ name, value }) => [name, value])).toEqual([
      ['type', 'auto.type'],
      ['source', '/auto'],
      ['schemadata', 'http://schema.example.org/x'],
      ['specversion', '1.0'],
      ['id', '1']
    ])
    const before = cluster.writes.length
    types.ofBroker('ht/default', event({ id: '2' }))
    types.ofReply(subscription('s', { trigger: trigger('t', { broker: 'ht/default' }) }), event({ type: 'other' }))
    await eventually(() => made().length === 2, 'that of the reply')
    expect(cluster.writes).toHaveLength(before + 1)
  })

  it('are a channel’s own, and none where the channel is a broker’s or the flag is off', async () => {
    const reference = { apiVersion: 'messaging.knative.dev/v1', kind: 'InMemoryChannel', namespace: 'ht', name: 'c', uid: 'uid-c' }
    types.ofChannel(channel('ht/b-kne-trigger', { broker: 'ht/b' }), event())
    types.isOn = false
    types.ofChannel(channel('ht/c', { eventTypeReference: reference }), event())
    types.isOn = true
    types.ofChannel(channel('ht/c', { eventTypeReference: reference }), event({ type: 'seen' }))
    await eventually(() => made().length > 0, 'an EventType')
    expect(made().map(({ spec }) => [spec.reference?.kind, spec.attributes?.[0]?.value])).toEqual([['InMemoryChannel', 'seen']])
  })

  it('that cannot be made are told of, and left for a while', async () => {
    cluster.fail({ verb: 'create', resource: eventTypesV1beta3, error: 'Forbidden' })
    types.ofBroker('ht/default', event())
    await eventually(() => log.lines.some(({ message }) => message.includes('cannot be made')), 'a warning')
    types.ofBroker('ht/default', event())
    expect(made()).toEqual([])
  })
})
