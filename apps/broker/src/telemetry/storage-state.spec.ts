import { mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import { MemoryStore } from '../testing/memory-store.ts'
import { storageState } from './storage-state.ts'

const values = (trouble: string | undefined, directory: string): Record<string, number> => {
  const store = new MemoryStore()
  store.problem = trouble
  const all = storageState(store, directory)
  return Object.fromEntries(all.map(({ shape, points }) => [shape.name, ([...points][0] as { value: number }).value]))
}

it('the storage of events says whether it takes some, and how much room there is', () => {
  const directory = mkdtempSync(join(tmpdir(), 'storage-'))
  try {
    const { bsize, blocks } = statfsSync(directory)
    const well = values(undefined, directory)
    expect(well).toMatchObject({ 'kn.eventing.storage.trouble': 0, 'kn.eventing.storage.size': blocks * bsize })
    expect(well['kn.eventing.storage.free']).toBeGreaterThan(0)
    expect(well['kn.eventing.storage.free']).toBeLessThanOrEqual(blocks * bsize)
    expect(values('no space is left', directory)).toMatchObject({ 'kn.eventing.storage.trouble': 1 })
  } finally {
    rmSync(directory, { recursive: true })
  }
})
