import { describe, expect, it } from '@jest/globals'
import { indexesProblem } from './indexes.ts'

describe('a list of indexes', () => {
  it.each([
    ['', 0],
    ['0', 1],
    ['1,3-5,7', 5]
  ])('%p counts %i', (text, total) => {
    expect(indexesProblem(text, 10)).toEqual({ total })
  })

  it.each([
    ['3,1', 'non-increasing order, previous: 3, current: 1'],
    ['5-5', 'non-increasing order, previous: 5, current: 5'],
    ['10', 'too large index: "10"'],
    ['x', 'cannot convert string to integer for index: "x"'],
    ['1-2-3', 'the fragment "1-2-3" violates the requirement that an index interval can have at most two parts separated by \'-\'']
  ])('%p is refused', (text, problem) => {
    expect(indexesProblem(text, 10).problem).toBe(problem)
  })
})
