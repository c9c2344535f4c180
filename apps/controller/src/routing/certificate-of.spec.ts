import { expect, it } from '@jest/globals'
import { selfSigned } from '@knative-ts/testing/self-signed'
import { certificateOf } from './certificate-of.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const secretOf = (data: Readonly<Record<string, string>>) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { namespace: 'default', name: 'a' },
  type: 'kubernetes.io/tls',
  data: Object.fromEntries(Object.entries(data).map(([name, text]) => [name, base64(text)]))
})

const [one, other] = [await selfSigned('a.test'), await selfSigned('b.test')]

it('the certificate of a Secret is its two entries, as they are', () => {
  const chain = `${one.cert}${other.cert}`
  expect(certificateOf(secretOf({ 'tls.crt': chain, 'tls.key': one.key }))).toEqual({
    certificate: { key: 'default/a', chain, privateKey: one.key }
  })
})

it.each([
  ['without a certificate', { 'tls.key': one.key }, 'it has no tls.crt'],
  ['with an empty key', { 'tls.crt': one.cert, 'tls.key': '' }, 'it has no tls.key'],
  ['with something else', { 'tls.crt': 'x', 'tls.key': one.key }, 'its tls.crt is no certificate in PEM'],
  ['with the key twice', { 'tls.crt': one.key, 'tls.key': one.key }, 'its tls.crt is no certificate in PEM'],
  ['with a broken key', { 'tls.crt': one.cert, 'tls.key': one.key.slice(0, -60) }, 'its tls.key is no private key in PEM'],
  ['with another’s key', { 'tls.crt': one.cert, 'tls.key': other.key }, 'its tls.key is not the key of its tls.crt']
])('a Secret %s is none, and nothing of the key is told', (_what, data, reason) => {
  const result = certificateOf(secretOf(data))
  expect(result).toEqual({ unusable: expect.stringContaining(reason) })
  expect(JSON.stringify(result)).not.toContain(one.key.slice(60, 80))
})

it('a Secret without any data is none', () => {
  expect(certificateOf({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' } })).toEqual({ unusable: 'it has no tls.crt' })
})
