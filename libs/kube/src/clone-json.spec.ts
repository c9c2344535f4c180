import { expect, it } from '@jest/globals'
import { cloneJson } from './clone-json.ts'

it.each([
  ['a text', 'text'],
  ['null', null],
  ['an object in a list in an object', { list: [{ a: 1 }, [true, null]], empty: {}, none: undefined }],
  ['a member with the name of the prototype', JSON.parse('{"__proto__": {"a": 1}}') as object]
])('copies %s', (_what, value) => {
  expect(cloneJson(value)).toStrictEqual(value)
})

it('shares nothing with the original', () => {
  const original = { list: [{ a: 1 }] }
  const copy = cloneJson(original)
  copy.list[0] = { a: 2 }
  expect(original).toEqual({ list: [{ a: 1 }] })
  expect(cloneJson(original).list[0]).not.toBe(original.list[0])
})
