import { expect, it } from '@jest/globals'
import type { KubeObject } from '@knative-ts/api'
import { stateOf, StoredState, type StateKeeper } from './stored-state.ts'

const key = { resource: '/configmaps', namespace: 'n', name: 'one' }
const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'other', uid: 'u-2', controller: true }
const object = (): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'one', namespace: 'n', uid: 'u-1', labels: { a: 'b' }, ownerReferences: [{ ...owner }], finalizers: ['f'] }
})
const ownership = { name: 'one', namespace: 'n', uid: 'u-1', resourceVersion: '7', ownerReferences: [owner], finalizers: ['f'] }

/** Counts how often a state was parsed to stay so. */
class Counting implements StateKeeper {
  parses = 0

  parsed(): void {
    this.parses++
  }

  read(): string {
    throw new Error('nothing is packed')
  }
}

it('tells of ownership without keeping anything parsed, whether or not everybody has heard of it', () => {
  const state = stateOf(key, 7, object())
  const keeper = new Counting()
  state.keptBy(keeper)
  expect(state.ownership).toEqual(ownership)
  state.told()
  expect(state.ownership).toEqual(ownership)
  expect(keeper.parses).toBe(0)
  expect(state.object.metadata.labels).toEqual({ a: 'b' })
  expect([keeper.parses, state.ownership]).toEqual([1, ownership])
})

it('does not let what the writer does to its object afterwards reach what it says of ownership', () => {
  const mine = object()
  const state = stateOf(key, 7, mine)
  const { ownerReferences = [], finalizers = [] } = mine.metadata
  for (const reference of ownerReferences) reference.uid = 'u-3'
  ownerReferences.push({ ...owner, uid: 'u-4' })
  finalizers.push('g')
  expect(state.ownership).toEqual(ownership)
})

it('says of an object without owners that it has none, null or not', () => {
  const metadata = { name: 'one', ownerReferences: null, finalizers: null, deletionTimestamp: null }
  const state = new StoredState(key, 7, JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata }))
  expect(state.ownership).toEqual({ name: 'one' })
})
