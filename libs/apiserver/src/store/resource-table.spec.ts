import { expect, it } from '@jest/globals'
import { ResourceTable } from './resource-table.ts'
import { stateOf, type StoredState } from './stored-state.ts'

const state = (name: string, revision: number): StoredState =>
  stateOf({ resource: '/configmaps', namespace: `n${revision % 3}`, name }, revision, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name }
  })
const names = (states: readonly { readonly key: { readonly namespace: string; readonly name: string } }[]): string[] =>
  states.map(({ key }) => `${key.namespace}/${key.name}`)

it('lists in order what many changes left that nobody listed meanwhile, and leaves older lists as they were', () => {
  const table = new ResourceTable()
  const present = new Set<string>()
  const apply = (type: 'ADDED' | 'MODIFIED' | 'DELETED', current: StoredState): void => {
    table.apply({ type, revision: current.revision, current })
    const name = `${current.key.namespace}/${current.key.name}`
    if (type === 'DELETED') present.delete(name)
    else present.add(name)
  }
  apply('ADDED', state('first', 0))
  const old = table.list()
  // In an order of names that is not that of time; every third goes again.
  for (let revision = 1; revision <= 2_000; revision++) {
    const one = state(`m-${(revision * 7_919) % 2_003}`, revision)
    apply('ADDED', one)
    if (revision % 3 === 0) apply('DELETED', one)
    else if (revision % 5 === 0) apply('MODIFIED', one)
  }
  const sorted = [...present].toSorted((a, b) => (a < b ? -1 : 1))
  expect(names(table.list())).toEqual(sorted)
  expect(names(table.list('n1'))).toEqual(sorted.filter((name) => name.startsWith('n1/')))
  expect(names(old)).toEqual(['n0/first'])
  expect(table.size).toBe(present.size)
})
