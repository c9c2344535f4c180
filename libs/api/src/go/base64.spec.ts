import { expect, it } from '@jest/globals'
import { base64Problem, textInBase64 } from './base64.ts'

it.each([
  ['!!', 0],
  ['aGVsbG8', 4],
  ['aGVsbG8=x', 8],
  ['aGVs=', 4],
  ['aG=', 3],
  ['aG=x', 3],
  ['a', 0]
])('%j is wrong at byte %d', (text, at) => expect(base64Problem(text)).toBe(`illegal base64 data at input byte ${at}`))

it.each([
  ['aGVsbG8=', 'hello'],
  ['aGVs\nbG8=', 'hello'],
  ['', ''],
  ['w6k=', 'é'],
  ['/w==', '\ufffd']
])('%j is %j', (text, plain) => {
  expect(base64Problem(text)).toBeUndefined()
  expect(textInBase64(text)).toBe(plain)
})
