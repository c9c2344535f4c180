import { expect, it } from '@jest/globals'
import { validateHeaderValue } from 'node:http'
import { warningHeader } from './warnings.ts'

it.each([
  ['quotes', 'unknown field "spec.a\\b"', String.raw`299 - "unknown field \"spec.a\\b\""`],
  ['line ends', 'a\r\nb', '299 - "a b"'],
  ['control characters, which would end the process', 'a\u0001\u007fb', '299 - "a b"'],
  ['other alphabets, as bytes', 'é', '299 - "Ã©"']
])('%s', (_, text, header) => {
  expect(warningHeader(text)).toBe(header)
  expect(() => validateHeaderValue('Warning', header)).not.toThrow()
})
