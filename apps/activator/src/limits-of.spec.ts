import { expect, it } from '@jest/globals'
import { limitsOf } from './limits-of.ts'

const mib = 2 ** 20
const unset = { HELD_BYTES: undefined, HELD_BYTES_PER_REVISION: undefined, MAX_REQUESTS: undefined, MAX_CONNECTIONS: undefined }

it.each([
  ['a quarter of the memory limit', unset, 256 * mib, [64 * mib, 32 * mib, 8192, 8192]],
  ['something though the limit is tiny', unset, 2 * mib, [mib, mib / 2, 1024, 1024]],
  ['what upstream’s queue would need when there is no limit', unset, undefined, [128 * mib, 64 * mib, 65_536, 65_536]],
  ['no more connections than a port has', unset, 2 ** 40, [2 ** 38, 2 ** 37, 65_536, 65_536]],
  [
    'what the environment says',
    { HELD_BYTES: 1000, HELD_BYTES_PER_REVISION: 10, MAX_REQUESTS: 5, MAX_CONNECTIONS: 7 },
    256 * mib,
    [1000, 10, 5, 7]
  ],
  ['half of what the environment says', { ...unset, HELD_BYTES: 1001 }, undefined, [1001, 501, 65_536, 65_536]]
])('holds %s', (_what, environment, memory, [totalBytes, revisionBytes, requests, connections]) => {
  expect(limitsOf(environment, memory)).toEqual({ holding: { totalBytes, revisionBytes, revisionRequests: 10_000 }, requests, connections })
})
