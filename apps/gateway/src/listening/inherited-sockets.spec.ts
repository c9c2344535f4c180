import { expect, it } from '@jest/globals'
import { inheritedSockets } from './inherited-sockets.ts'

it.each([
  [0, '', []],
  [1, '', [{ listener: 'public', fd: 3 }]],
  [1, 'http-public', [{ listener: 'public', fd: 3 }]],
  [
    2,
    'http-public:https-public',
    [
      { listener: 'public', fd: 3 },
      { listener: 'https', fd: 4 }
    ]
  ],
  [1, 'https-public', [{ listener: 'https', fd: 3 }]]
])('%d sockets by the names %j', (LISTEN_FDS, LISTEN_FDNAMES, sockets) => {
  expect(inheritedSockets({ LISTEN_FDS, LISTEN_FDNAMES })).toEqual(sockets)
})
