import { expect, it } from '@jest/globals'
import { HeaderList } from '../header-list.ts'
import { bytesPerHeld, heldBytesOf } from './held-bytes.ts'

const request = (length: number, fields: Record<string, string> = {}) =>
  ({ target: '/abc', headers: HeaderList.from(fields), body: { length } }) as Parameters<typeof heldBytesOf>[0]

it.each([
  ['nothing but itself', request(0), 4],
  ['its fields', request(0, { Name: 'value' }), 4 + 9 + 64],
  ['a short body', request(1000), 1004],
  ['what is read of a long body', request(2 ** 30), 4 + 192 * 1024],
  ['as much for a body of unknown length', request(-1), 4 + 192 * 1024]
])('a held request costs %s', (_what, asked, expected) => {
  expect(heldBytesOf(asked) - bytesPerHeld).toBe(expected)
})
