import { describe, expect, it } from '@jest/globals'
import type { KubeObject } from '@knative-ts/api'
import { EventQueue } from './event-queue.ts'
import { ObjectChanges } from './object-changes.ts'
import { isOwnedBy, resourceEventOf } from './resource-event.ts'

const pod = (uid: string, resourceVersion: string, more: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: uid, namespace: 'default', uid, resourceVersion },
  ...more
})

describe('the event of a change', () => {
  const options = { source: 'https://10.96.0.1:443', plural: 'pods', id: 'an-id', time: '2026-01-01T00:00:00Z' }

  it.each([
    ['Resource', 'dev.knative.apiserver.resource.add', { ...pod('a', '1'), spec: { x: 1 } }],
    ['Reference', 'dev.knative.apiserver.ref.add', { kind: 'Pod', namespace: 'default', name: 'a', apiVersion: 'v1' }]
  ] as const)('in mode %s', (mode, type, data) => {
    const event = resourceEventOf('add', pod('a', '1', { spec: { x: 1 } }), { mode, ...options })
    expect(Object.fromEntries(event.attributes)).toEqual({
      specversion: '1.0',
      id: 'an-id',
      source: 'https://10.96.0.1:443',
      type,
      subject: '/apis/v1/namespaces/default/pods/a',
      datacontenttype: 'application/json',
      time: '2026-01-01T00:00:00Z',
      apiversion: 'v1',
      kind: 'Pod',
      name: 'a',
      namespace: 'default'
    })
    expect(JSON.parse(Buffer.from(event.data ?? []).toString())).toEqual(data)
  })

  it.each([
    [{ apiVersion: 'apps/v1', kind: 'ReplicaSet' }, true],
    [{ apiVersion: '', kind: 'ReplicaSet' }, true],
    [{ apiVersion: 'apps/v1', kind: '' }, true],
    [{ apiVersion: 'batch/v1', kind: 'Job' }, false]
  ])('is wanted of objects of one owner: %j', (owner, wanted) => {
    const reference = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'r', uid: 'r', controller: true }
    const owned = pod('a', '1')
    owned.metadata.ownerReferences = [reference]
    expect(isOwnedBy(owned, owner)).toBe(wanted)
    owned.metadata.ownerReferences = [{ ...reference, controller: false }]
    expect(isOwnedBy(owned, owner)).toBe(false)
  })
})

describe('changes of objects', () => {
  const follow = (whole = false): { readonly changes: ObjectChanges; readonly told: [string, KubeObject][] } => {
    const told: [string, KubeObject][] = []
    return { changes: new ObjectChanges(whole, (change, object) => void told.push([change, object])), told }
  }
  const names = (told: readonly [string, KubeObject][]): string[] => told.map(([change, { metadata }]) => `${change} ${metadata.name}`)

  it('are told of the watch, not of the first list', async () => {
    const { changes, told } = follow()
    await changes.replace([pod('a', '1')])
    changes.apply({ type: 'ADDED', object: pod('b', '2') })
    changes.apply({ type: 'MODIFIED', object: pod('a', '3') })
    changes.apply({ type: 'DELETED', object: pod('b', '4') })
    expect(names(told)).toEqual(['add b', 'update a', 'delete b'])
  })

  it('that fell into a gap are told by the next list', async () => {
    const { changes, told } = follow(true)
    await changes.replace([pod('a', '1'), pod('b', '2', { spec: { kept: true } }), pod('c', '3')])
    await changes.replace([pod('a', '1'), pod('c', '5'), pod('d', '6')])
    expect(names(told)).toEqual(['update c', 'add d', 'delete b'])
    expect(told[2]?.[1]).toMatchObject({ spec: { kept: true } })
  })
})

describe('events of one object', () => {
  it('go one after the other, those of others beside them', async () => {
    const queue = new EventQueue({ jobs: 10, bytes: 100 })
    const order: string[] = []
    const gate = Promise.withResolvers<void>()
    queue.put('a', 1, async () => {
      await gate.promise
      order.push('a1')
    })
    queue.put('a', 1, async () => void order.push('a2'))
    const beside = Promise.withResolvers<void>()
    queue.put('b', 1, async () => {
      order.push('b1')
      beside.resolve()
    })
    await beside.promise
    gate.resolve()
    await queue.idle()
    expect(order).toEqual(['b1', 'a1', 'a2'])
  })

  it.each([
    ['too many', { jobs: 2, bytes: 100 }, 1],
    ['too much', { jobs: 100, bytes: 2 }, 1]
  ])('leave no room when %s wait, until half of it is gone', async (_, most, bytes) => {
    const queue = new EventQueue(most)
    const gates = [0, 1, 2].map(() => Promise.withResolvers<void>())
    const put = (key: number): void => queue.put(String(key), bytes, async () => gates[key]?.promise)
    put(0)
    expect(queue.room()).toBeUndefined()
    put(1)
    let isRoom = false
    const room = queue.room()?.then(() => (isRoom = true))
    expect(room).toBeDefined()
    // It is taken all the same: who does not wait keeps more in memory, and loses nothing.
    put(2)
    gates[0]?.resolve()
    await new Promise(setImmediate)
    expect(isRoom).toBe(false)
    gates[1]?.resolve()
    await room
    expect(queue.room()).toBeUndefined()
    gates[2]?.resolve()
    await queue.idle()
  })
})
