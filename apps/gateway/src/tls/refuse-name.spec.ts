import { Socket } from 'node:net'
import { expect, it } from '@jest/globals'
import { refuseName } from './refuse-name.ts'

it.each([
  ['nothing', undefined],
  ['a connection without a socket below', {}],
  ['one whose socket is something else', { _parent: { writable: true } }],
  ['one whose socket is closed', { _parent: new Socket().destroy() }]
])('a name is refused without a word on %s', (_what, connection) => {
  const errors: string[] = []
  refuseName(connection, ({ message }) => errors.push(message))
  expect(errors).toEqual(['no certificate for this server name'])
})
