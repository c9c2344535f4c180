import { describe, expect, it } from '@jest/globals'
import { expand } from './expand.ts'

const known: Record<string, string> = { NAME: 'world', EMPTY: '' }

describe('expand', () => {
  it.each([
    ['hello $(NAME)', 'hello world'],
    ['$(EMPTY)x', 'x'],
    ['$(MISSING)', '$(MISSING)'],
    ['$$(NAME)', '$(NAME)'],
    ['$$$(NAME)', '$world'],
    ['$NAME and $', '$NAME and $'],
    ['$(NAME', '$(NAME'],
    ['a$$b', 'a$b']
  ])('turns %j into %j', (text, expected) => {
    expect(expand(text, (name) => known[name])).toBe(expected)
  })
})
