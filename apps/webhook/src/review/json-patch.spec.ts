import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import { applyPatch, type Operation } from 'rfc6902'
import { jsonPatchOf } from './json-patch.ts'

describe('the JSON patch of two values', () => {
  it('makes the second of the first, whatever they are', () => {
    // The library that applies patches here refuses this key.
    const json = fc.dictionary(fc.string(), fc.jsonValue()).filter((value) => !JSON.stringify(value).includes('__proto__'))
    fc.assert(
      fc.property(json, json, (before, after) => {
        const target = structuredClone({ at: before }) as { at: unknown }
        const patch = jsonPatchOf({ at: before }, { at: after }) as Operation[]
        expect(applyPatch(target, patch).filter((problem) => problem !== null)).toEqual([])
        expect(JSON.stringify(sorted(target.at))).toBe(JSON.stringify(sorted(after)))
      })
    )
  })

  it('is empty for equal values, and leaves absent fields out', () => {
    expect(jsonPatchOf({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] })).toEqual([])
    expect(jsonPatchOf({ a: 1 }, { a: 1, b: undefined })).toEqual([])
  })

  it('escapes keys, and shortens lists from their end', () => {
    expect(jsonPatchOf({ 'a/b~c': 1 }, {})).toEqual([{ op: 'remove', path: '/a~1b~0c' }])
    expect(jsonPatchOf([1, 2, 3], [1])).toEqual([
      { op: 'remove', path: '/2' },
      { op: 'remove', path: '/1' }
    ])
  })
})

/** JSON with keys by alphabet; -0 and 0 are one in JSON. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)])
  )
}
