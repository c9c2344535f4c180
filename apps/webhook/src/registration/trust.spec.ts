import { expect, it } from '@jest/globals'
import { authorities } from './trust.ts'

const pem = (text: string): string => `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----`

it.each([
  ['of nothing is empty', [''], []],
  ['is in the order of the bundles', [`${pem('b')}\n`, `${pem('a')}\n`], ['b', 'a']],
  ['has nothing twice, whatever ends its lines', [`${pem('a')}\n${pem('b')}`, `${pem('b')}\n\n`, pem('a')], ['a', 'b']],
  ['has no keys and no words', [`hello\n${pem('a')}\n-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----`], ['a']]
])('trust %s', (_, bundles, expected) => {
  expect(authorities(...bundles)).toBe(expected.map((text) => `${pem(text)}\n`).join(''))
})
