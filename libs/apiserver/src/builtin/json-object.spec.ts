import { describe, expect, it } from '@jest/globals'
import { objectProblem } from './json-object.ts'

describe('the text of an object', () => {
  it.each([
    ['{}', undefined],
    ['null', undefined],
    ['', 'unexpected end of JSON input'],
    ['{', 'unexpected end of JSON input'],
    ['{"a":', 'unexpected end of JSON input'],
    ['{"a', 'unexpected end of JSON input'],
    ['x', "invalid character 'x' looking for beginning of value"],
    ['{"a": x}', "invalid character 'x' looking for beginning of value"],
    ['{x: 1}', "invalid character 'x' looking for beginning of object key string"],
    ['[]', 'json: cannot unmarshal array into Go value of type map[string]interface {}'],
    ['1', 'json: cannot unmarshal number into Go value of type map[string]interface {}'],
    ['true', 'json: cannot unmarshal bool into Go value of type map[string]interface {}']
  ])('%p is judged as Go does', (text, problem) => {
    expect(objectProblem(text)).toBe(problem)
  })
})
