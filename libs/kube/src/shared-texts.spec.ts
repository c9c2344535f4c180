import { expect, it } from '@jest/globals'
import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { SharedTexts } from './shared-texts.ts'

const object = (index: number) => ({
  kind: 'Deployment',
  metadata: { name: `deployment-${index}`, finalizers: ['a.finalizer.example.com/one', 'short'], generation: index },
  spec: {
    paused: false,
    nothing: null,
    text: 'ü'.repeat(12),
    long: 'x'.repeat(5_000),
    items: [['a nested item of a list'], { deep: [1, 2, 3] }]
  }
})

it('leaves every object as it is', () => {
  const texts = new SharedTexts()
  for (let index = 0; index < 10_000; index++) {
    const one = JSON.parse(JSON.stringify(object(index))) as unknown
    expect(texts.within(one)).toBe(one)
    if (index % 100 === 0) expect(one).toEqual(object(index))
  }
  for (const value of [undefined, null, 'a text of its own', 7, []]) expect(texts.within(value)).toBe(value)
})

it('makes equal texts one: objects that are alike take less', () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const json = JSON.stringify({
    variables: Array.from({ length: 50 }, (_, index) => ({ name: `SOME_VARIABLE_${index}`, value: `the value of ${index}` }))
  })
  const bytesOf = (make: () => unknown): number => {
    const kept: unknown[] = []
    collect()
    const before = getHeapStatistics().used_heap_size
    for (let count = 0; count < 1_000; count++) kept.push(make())
    collect()
    return (getHeapStatistics().used_heap_size - before) / kept.length
  }
  const texts = new SharedTexts()
  const own = bytesOf(() => JSON.parse(json))
  const shared = bytesOf(() => texts.within(JSON.parse(json)))
  // A hundred texts of some forty bytes each.
  expect(own - shared).toBeGreaterThan(2_000)
})
