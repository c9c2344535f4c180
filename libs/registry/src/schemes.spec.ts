import { expect, it } from '@jest/globals'
import { schemesOf } from './schemes.ts'

it.each([
  ['localhost:5000', true],
  ['127.0.0.1:5000', true],
  ['[::1]:5000', true],
  ['kind.local', true],
  ['registry.local:5000', true],
  ['app.localhost', true],
  ['10.88.0.1:5000', true],
  ['192.168.1.2', true],
  ['172.16.0.1', true],
  ['172.32.0.1', false],
  ['ghcr.io', false],
  ['localhost.example.com', false],
  ['10.example.com', false],
  ['127.0.0.1.example.com', false]
])('%s may be spoken to without TLS: %s', (host, may) => {
  expect(schemesOf(host)).toEqual(may ? ['https', 'http'] : ['https'])
})
