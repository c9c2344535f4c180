import { describe, expect, it } from '@jest/globals'
import type { KubeObject } from '@knative-ts/api'
import { addressOf, serviceAddress, uriAddress, withDestination } from './addressed.ts'

const reference = { apiVersion: 'example.org/v1', kind: 'Gadget', name: 'g', namespace: 'default' }
const gadget = (status: object): KubeObject =>
  ({ apiVersion: 'example.org/v1', kind: 'Gadget', metadata: { name: 'g' }, status }) as KubeObject
const http = { name: 'http', url: 'http://g.default' }
const https = { name: 'https', url: 'https://g.default', CACerts: 'PEM', audience: 'a' }

describe('the address of an object', () => {
  it.each([
    ['the only one', { address: http }, {}, { url: 'http://g.default' }],
    ['the first of several', { address: http, addresses: [https, http] }, {}, { url: 'https://g.default', caCerts: 'PEM', audience: 'a' }],
    ['the one that is named', { address: https, addresses: [https, http] }, { address: 'http' }, { url: 'http://g.default' }],
    ['the only one beside an empty list', { address: http, addresses: [] }, {}, { url: 'http://g.default' }]
  ])('%s', (_what, status, more, address) => expect(addressOf(gadget(status), { ...reference, ...more })).toEqual(address))

  it.each([
    ['no status', {}, {}, /^address not set for Gadget default\/g$/],
    ['no URL', { address: {} }, {}, /^URL missing in address of Gadget default\/g$/],
    ['no host', { address: { url: 'http:///x' } }, {}, /^hostname missing in address of Gadget default\/g$/],
    ['a name that is not there', { addresses: [http] }, { address: 'https' }, /^address with name "https" not found for Gadget default\/g$/]
  ])('is refused with %s', (_what, status, more, words) =>
    expect(() => addressOf(gadget(status), { ...reference, ...more })).toThrow(words)
  )
})

it.each([
  ['a path', '/x', 'http://g.default/x'],
  ['a path in place of another', '/x', 'http://g.default/x', 'http://g.default/old/path'],
  ['a path beside another', 'x?q=1', 'http://g.default/old/x?q=1', 'http://g.default/old/path'],
  ['nothing', undefined, 'http://g.default']
])('resolves %s against an address', (_what, uri, url, base = 'http://g.default') =>
  expect(withDestination({ url: base }, uri === undefined ? {} : { uri })).toEqual({ url })
)

it('gives certificates and audience of a destination precedence over those of the object, empty ones not', () => {
  const base = { url: 'https://g', caCerts: 'theirs', audience: 'theirs' }
  expect(withDestination(base, { CACerts: 'mine', audience: '' })).toEqual({ url: 'https://g', caCerts: 'mine', audience: 'theirs' })
})

it('refuses an absolute URI beside a reference, and a relative one alone', () => {
  expect(() => withDestination({ url: 'http://g' }, { uri: 'http://other' })).toThrow(/is absolute/)
  expect(() => uriAddress({ uri: '/x' })).toThrow(/not absolute/)
  expect(uriAddress({ uri: 'https://x/y', CACerts: 'PEM' })).toEqual({ url: 'https://x/y', caCerts: 'PEM' })
})

it('speaks TLS with a Service whose certificates are given', () => {
  expect(serviceAddress(reference, {}, 'cluster.local')).toEqual({ url: 'http://g.default.svc.cluster.local' })
  expect(serviceAddress(reference, { CACerts: 'PEM' }, 'example')).toEqual({ url: 'https://g.default.svc.example', caCerts: 'PEM' })
})
