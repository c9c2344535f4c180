import { expect, it } from '@jest/globals'
import { execFileSync } from 'node:child_process'
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
  // In a process of its own: what other suites left in this one's heap goes whenever it likes.
  const measure = `
    import { SharedTexts } from ${JSON.stringify(new URL('./shared-texts.ts', import.meta.url).href)}
    const json = JSON.stringify({
      variables: Array.from({ length: 50 }, (_, index) => ({ name: 'SOME_VARIABLE_' + index, value: 'the value of ' + index }))
    })
    const bytesOf = (make) => {
      const kept = []
      gc()
      const before = process.memoryUsage().heapUsed
      for (let count = 0; count < 1_000; count++) kept.push(make())
      gc()
      return (process.memoryUsage().heapUsed - before) / kept.length
    }
    const texts = new SharedTexts()
    const own = bytesOf(() => JSON.parse(json))
    console.log(own - bytesOf(() => texts.within(JSON.parse(json))))`
  const saved = Number(execFileSync(process.execPath, ['--expose-gc', '--input-type=module', '--eval', measure], { encoding: 'utf8' }))
  // A hundred texts of some forty bytes each.
  expect(saved).toBeGreaterThan(2_000)
})
