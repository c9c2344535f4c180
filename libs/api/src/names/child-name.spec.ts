import { describe, expect, it } from '@jest/globals'
import { childName } from './child-name.ts'

describe('the name of a child', () => {
  it.each([
    ['hello', '-00001', 'hello-00001'],
    ['a'.repeat(60), '-00001', 'aaaaaaaaaaaaaaaaaaaaaaaaacc7ed669cf88f201c3297c6a91e1d18d-00001'],
    ['a'.repeat(57) + 'b', '-deployment', 'aaaaaaaaaaaaaaaaaaaa6b783914130dca3e7a095259664b9167-deployment'],
    ['short', '-' + 's'.repeat(62), 'short5da596ef27fdfa1966230827c1aa7075-sssssssssssssssssssssssss'],
    ['x'.repeat(20) + '.' + 'y'.repeat(42), '-' + 'z'.repeat(40), 'xxxxxxxxxxxxxxxxxxxx.yyyyyyyyyyb62a7ddd57e0f18882bbee6e223591e4']
  ])('%s with %s is %s', (parent, suffix, name) => {
    expect(childName(parent, suffix)).toBe(name)
  })
})
