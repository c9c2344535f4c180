import { expect, it } from '@jest/globals'
import { jsonProblem } from './json-problem.ts'

const end = 'unexpected end of JSON input'

it.each([
  ['{', end],
  ['', end],
  ['[1', end],
  ['"a', end],
  ['x', "invalid character 'x' looking for beginning of value"],
  ['{x', "invalid character 'x' looking for beginning of object key string"],
  ['{"a" 1}', "invalid character '1' after object key"],
  ['{"a":1 x', "invalid character 'x' after object key:value pair"],
  ['[1 2]', "invalid character '2' after array element"],
  ['{"a":1} x', "invalid character 'x' after top-level value"],
  ['"\n"', String.raw`invalid character '\n' in string literal`],
  [String.raw`"\x"`, "invalid character 'x' in string escape code"],
  ['nul!', "invalid character '!' in literal null (expecting 'l')"],
  ['1.x', "invalid character 'x' after decimal point in numeric literal"],
  ['01', "invalid character '1' after top-level value"],
  ['-', "invalid character ' ' in numeric literal"],
  ['tru', "invalid character ' ' in literal true (expecting 'e')"],
  ['é', "invalid character 'Ã' looking for beginning of value"],
  ["'a'", String.raw`invalid character '\'' looking for beginning of value`]
])('%j: %s', (text, problem) => expect(jsonProblem(text)).toBe(problem))

it.each(['null', ' {"a": [1, -2.5e+3, "\\u00e9", true, false, {}]} ', '""'])('%j is JSON', (text) =>
  expect(jsonProblem(text)).toBeUndefined()
)
