import { describe, expect, it } from '@jest/globals'
import { checkFinalizers, checkNamespaceFinalizers } from './finalizers.ts'

describe('finalizers of built-in kinds', () => {
  it.each(['kubernetes', 'orphan', 'foregroundDeletion', 'example.com/x'])('may be %s', (name) => {
    expect(checkFinalizers([name], undefined)).toEqual([])
  })

  it('are told by their place', () => {
    expect(checkFinalizers(['a/b', 'lonely'], undefined).map(({ field }) => field)).toEqual(['metadata.finalizers[1]'])
  })

  it('stay when they were there before', () => {
    expect(checkFinalizers(['lonely'], ['lonely'])).toEqual([])
  })

  it('of a namespace are told by their place only where they are replaced', () => {
    expect([true, false].flatMap((isIndexed) => checkNamespaceFinalizers(['lonely'], isIndexed).map(({ field }) => field))).toEqual([
      'spec.finalizers[0]',
      'spec.finalizers'
    ])
  })
})
