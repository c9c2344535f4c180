import { expect, it } from '@jest/globals'
import { Histogram, labelsOf } from './histogram.ts'

const shape = { name: 'h', help: 'what', bounds: [1, 10] }

it('puts each value into all buckets that reach it', () => {
  const histogram = new Histogram(shape)
  for (const value of [0, 1, 2, 11]) histogram.record('a="1"', value, 'a="other"')
  expect(histogram.expose()).toEqual([
    '# HELP h what',
    '# TYPE h histogram',
    'h_bucket{a="1",le="1"} 2',
    'h_bucket{a="1",le="10"} 3',
    'h_bucket{a="1",le="+Inf"} 4',
    'h_sum{a="1"} 14',
    'h_count{a="1"} 4'
  ])
})

it('counts what comes after 200 series under one', () => {
  const histogram = new Histogram(shape)
  for (let label = 0; label < 1000; label++) histogram.record(`a="${label}"`, 1, 'a="other"')
  const counts = histogram.expose().filter((line) => line.startsWith('h_count'))
  expect(counts).toHaveLength(201)
  expect(counts.at(-1)).toBe('h_count{a="other"} 800')
})

it('escapes values', () => {
  expect(labelsOf({ a: 'x"\\\n', b: 2 })).toBe(String.raw`a="x\"\\\n",b="2"`)
})
