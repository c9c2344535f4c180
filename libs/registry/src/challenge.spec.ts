import { expect, it } from '@jest/globals'
import { parseChallenge } from './challenge.ts'

const bearer = (more: object) => ({ scheme: 'bearer', realm: 'https://a/token', service: undefined, scope: undefined, ...more })

it.each([
  ['Basic realm="test"', { scheme: 'basic' }],
  ['Basic', { scheme: 'basic' }],
  ['Bearer realm="https://a/token",service="r",scope="repository:x:pull,push"', bearer({ service: 'r', scope: 'repository:x:pull,push' })],
  ['bearer realm="https://a/token"', bearer({})],
  ['Bearer service=r, realm="https://a/token"', bearer({ service: 'r' })],
  ['Basic realm="b, c", Bearer realm="https://a/token",service="r"', bearer({ service: 'r' })],
  ['Bearer realm="https://a/token", Basic realm="b"', bearer({})],
  ['Bearer realm="https://a/token",service="say \\"r\\""', bearer({ service: 'say "r"' })],
  ['Bearer service="r"', undefined],
  ['Bearer realm="no address"', undefined],
  ['Negotiate', undefined],
  ['', undefined]
])('a challenge %s', (header, challenge) => {
  expect(parseChallenge(header)).toEqual(challenge)
})
