import { describe, expect, it } from '@jest/globals'
import { parseSelector, selectorOf, selectorText } from './label-selector.ts'

const labels = { app: 'hello', tier: 'web' }

describe('label selectors', () => {
  it.each([
    ['', true],
    ['app=hello', true],
    ['app==hello,tier!=db', true],
    ['app=other', false],
    ['app in (a, hello),tier', true],
    ['app notin (hello)', false],
    ['other notin (hello)', true],
    ['!other', true],
    ['!app', false],
    ['other!=x', true]
  ])('%s selects: %s', (text, selected) => {
    expect(parseSelector(text)(labels)).toBe(selected)
  })

  it('refuse what they cannot read', () => {
    expect(() => parseSelector('a b c')).toThrow('unable to parse requirement: "a b c"')
    expect(() => selectorOf({ matchExpressions: [{ key: 'a', operator: 'Like' }] })).toThrow(
      '"Like" is not a valid label selector operator'
    )
  })

  it('mean the same in both forms', () => {
    const selector = {
      matchLabels: { app: 'hello' },
      matchExpressions: [
        { key: 'tier', operator: 'In', values: ['web', 'db'] },
        { key: 'gone', operator: 'DoesNotExist' }
      ]
    }
    expect(selectorText(selector)).toBe('app=hello,tier in (web,db),!gone')
    expect(parseSelector(selectorText(selector))(labels)).toBe(selectorOf(selector)(labels))
    expect(selectorOf(undefined)(labels)).toBe(false)
  })
})
