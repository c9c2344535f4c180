import { expect, it } from '@jest/globals'
import { bucketChooser, bucketNames, bucketOf } from './buckets.ts'

it.each([
  ['default/hello-00001', 3, '00-of-03'],
  ['serving-tests/foo-00002', 3, '01-of-03'],
  ['default/hello-00001', 10, '05-of-10'],
  ['serving-tests/foo-00002', 10, '02-of-10'],
  ['default/hello-00001', 1, '00-of-01']
])('%s of %d buckets is in %s, as upstream has it (reference 13)', (key, count, expected) => {
  const names = bucketNames('autoscaler-bucket-', count)
  expect(bucketOf(key, names)).toBe(`autoscaler-bucket-${expected}`)
  const choose = bucketChooser(names)
  expect([choose(key), choose(key)]).toEqual([bucketOf(key, names), bucketOf(key, names)])
})

it('gives every bucket some of many keys', () => {
  const choose = bucketChooser(bucketNames('b-', 5))
  const keys = Array.from({ length: 200 }, (_, index) => `default/service-${index}-00001`)
  expect(new Set(keys.map(choose)).size).toBe(5)
})
