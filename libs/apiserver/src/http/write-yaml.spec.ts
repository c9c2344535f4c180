import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import { readYaml } from './yaml.ts'
import { writeYaml } from './write-yaml.ts'

describe('YAML as Go writes it', () => {
  const long = 'word '.repeat(40).trim()

  it.each([
    ['members are sorted, lists are not indented', { b: [{ d: 1, c: '' }], a: true }, "a: true\nb:\n- c: ''\n  d: 1\n"],
    [
      'a long text is broken at the first space after column 80',
      { message: `a: ${'x'.repeat(70)}/${'y'.repeat(30)} and more` },
      `message: 'a: ${'x'.repeat(70)}/${'y'.repeat(30)}\n  and more'\n`
    ],
    ['a text of several lines is a block, whose lines are kept', { a: `${long}\nb` }, `a: |-\n  ${long}\n  b\n`]
  ])('%s', (_, value, text) => {
    expect(writeYaml(value)).toBe(text)
  })

  it('is read as what it was', () => {
    const texts = fc.oneof(
      fc.string(),
      fc
        .array(fc.constantFrom('word', 'a:', '- b', "it's", '"quoted"', '\n', '  ', '#', '\\', '|', 'true', '12'))
        .map((all) => all.join(' '))
    )
    const values = fc.letrec((tie) => ({
      value: fc.oneof({ maxDepth: 3 }, texts, fc.boolean(), fc.integer(), fc.constant(null), tie('list'), tie('object')),
      list: fc.array(tie('value'), { maxLength: 4 }),
      object: fc.dictionary(fc.stringMatching(/^[a-z][\w./-]*$/), fc.oneof({ maxDepth: 3 }, texts, tie('value')), {
        maxKeys: 4,
        noNullPrototype: true
      })
    })).object
    fc.assert(
      fc.property(values, (value) => expect(readYaml(writeYaml(value))).toEqual({ value, repeated: [] })),
      { numRuns: 500 }
    )
  })
})
