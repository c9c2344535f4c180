import { expect, it } from '@jest/globals'
import { OpenBlocks, pack } from './packed-text.ts'
import { StateMemory } from './state-memory.ts'
import { StoredState, stateOf } from './stored-state.ts'

const resource = '/configmaps'
const mib = 1 << 20

/** A state whose text has about that many characters, none of them the same as in another by chance. */
function state(index: number, size: number): StoredState {
  const name = `m-${index}`
  const object = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name },
    data: { text: `ü${index} `.repeat(size / `ü${index} `.length) }
  }
  return stateOf({ resource, namespace: 'n', name }, index, object)
}

class Watched extends StoredState {
  packs = 0

  override pack(...given: Parameters<StoredState['pack']>): void {
    this.packs++
    super.pack(...given)
  }
}

it('packs all but the newest text, and reads what is packed as it was written', () => {
  const memory = new StateMemory()
  const states = Array.from({ length: 2_000 }, (_, index) => {
    const { key, revision, json } = state(index, 20 * 1_024)
    return new Watched(key, revision, json)
  })
  const texts = states.map(({ json }) => json)
  for (const one of states) memory.keep(one)
  const left = states.filter(({ packs }) => packs === 0)
  expect(left).toEqual(states.slice(-left.length))
  expect(left.reduce((sum, { size }) => sum + size, 0)).toBeLessThanOrEqual(16 * mib)
  expect(states.every(({ packs }) => packs <= 1)).toBe(true)
  expect(states.map(({ json }) => json)).toEqual(texts)
  expect(states.map(({ size }) => size)).toEqual(texts.map(({ length }) => length))
  expect(states[0]?.object).toEqual(JSON.parse(texts[0] ?? ''))
})

it('packs what there is most of, and leaves the rest as it is', () => {
  const memory = new StateMemory()
  const states = Array.from({ length: 2_000 }, (_, index) => {
    const { key, revision, json } = state(index, 20 * 1_024)
    return new Watched(index < 20 ? { ...key, resource: '/secrets' } : key, revision, json)
  })
  for (const one of states) memory.keep(one)
  expect(states.slice(0, 20).some(({ packs }) => packs > 0)).toBe(false)
  expect(states.slice(20, 40).every(({ packs }) => packs === 1)).toBe(true)
})

it('leaves a small cluster as it is', () => {
  const memory = new StateMemory()
  const states = Array.from({ length: 100 }, (_, index) => {
    const { key, revision, json } = state(index, 1_024)
    return new Watched(key, revision, json)
  })
  for (const one of states) memory.keep(one)
  expect(states.some(({ packs }) => packs > 0)).toBe(false)
})

it('keeps parsed what is read again and again, and lets go what was read once', () => {
  const memory = new StateMemory()
  const states = Array.from({ length: 40 }, (_, index) => state(index, mib / 2))
  for (const one of states) memory.keep(one)
  const [hot, cold] = states as [StoredState, StoredState]
  const [first, once] = [hot.object, cold.object]
  for (const one of states.slice(2)) {
    expect(hot.object).toBe(first)
    expect(one.object.metadata.name).toBe(one.key.name)
  }
  expect(hot.object).toBe(first)
  expect(cold.object).not.toBe(once)
  expect(cold.object).toEqual(once)
})

it('forgets even what is read all the time, when everything is', () => {
  const memory = new StateMemory()
  const states = Array.from({ length: 40 }, (_, index) => state(index, mib / 2))
  for (const one of states) memory.keep(one)
  const firsts = states.map((one) => one.object && one.object)
  expect(states.filter((one, index) => one.object === firsts[index]).length).toBeLessThan(states.length)
})

it('packs texts of one kind into a tenth of their room', () => {
  const texts = Array.from({ length: 30 }, (_, index) =>
    JSON.stringify({ ...state(index, 64).object, spec: { image: 'a'.repeat(2_000) + index } })
  )
  const [first] = pack(texts)
  expect(first?.block.compressed.byteLength).toBeLessThan(texts.join('').length / 10)
  expect(first?.block.compressed.buffer.byteLength).toBe(first?.block.compressed.byteLength)
})

it('reads more blocks in one turn than stay open', async () => {
  const blocks = new OpenBlocks()
  const packed = Array.from({ length: 50 }, (_, index) => pack([`one ${index}`, '', `ü ${index}`]))
  const read = () => packed.map((texts) => texts.map((text) => blocks.read(text)))
  const wanted = packed.map((_, index) => [`one ${index}`, '', `ü ${index}`])
  expect(read()).toEqual(wanted)
  await new Promise((resolve) => setImmediate(resolve))
  expect(read()).toEqual(wanted)
})
