import { expect, it } from '@jest/globals'
import { readYaml } from './yaml.ts'

it.each([
  ['a time of day is a text', 'a: 12:30:45', { a: '12:30:45' }],
  ['a date is a text', 'a: 2026-11-21', { a: '2026-11-21' }],
  ['a time stamp is a text', 'a: 2026-11-21T10:00:00Z', { a: '2026-11-21T10:00:00Z' }],
  ['old booleans', 'a: yes\nb: off\nc: y', { a: true, b: false, c: true }],
  ['octals, old and new', 'a: 010\nb: 0o17\nc: -0o17', { a: 8, b: 15, c: -15 }],
  ['digits that are no octals', 'a: 08', { a: 8 }],
  ['an equals sign', 'a: =', { a: '=' }],
  ['merge keys', 'a: &a {b: 1}\nc: {<<: *a}', { a: { b: 1 }, c: { b: 1 } }],
  ['the first of two documents', 'a: 1\n---\nb: 2', { a: 1 }],
  ['nothing', '\n', null]
])('%s', (_, text, value) => {
  expect(readYaml(text)).toEqual({ value, repeated: [] })
})

it('tells which keys come twice, and takes the last', () => {
  expect(readYaml('a: 1\nb: {c: 1, c: 2}\na: 3')).toEqual({
    value: { a: 3, b: { c: 2 } },
    repeated: ['line 3: key "a" already set in map', 'line 2: key "c" already set in map']
  })
})

it.each([
  ['infinity', 'a: .inf', 'json: unsupported value: +Inf'],
  ['negative infinity', 'a: -.inf', 'json: unsupported value: -Inf'],
  ['no number', 'a: .nan', 'json: unsupported value: NaN'],
  ['a tab for indentation', 'a:\n\t- b', 'yaml: line 2: found character that cannot start any token'],
  ['a list that holds itself', 'a: &a [*a]', expect.stringMatching(/^yaml: .*circular/)]
])('refuses %s', (_, text, problem) => {
  expect(readYaml(text)).toEqual({ problem })
})

it('refuses aliases that multiply', () => {
  const lines = Array.from({ length: 20 }, (_, index) => `a${index + 1}: &a${index + 1} [${Array(9).fill(`*a${index}`).join(', ')}]`)
  expect(readYaml(`a0: &a0 [x]\n${lines.join('\n')}`)).toEqual({ problem: expect.stringMatching(/^yaml: .*alias/) })
})
