import { createSecureContext } from 'node:tls'
import { describe, expect, it } from '@jest/globals'
import { tlsTerms } from './tls-terms.ts'

const terms = (variables: Record<string, string>) => {
  const problems: string[] = []
  const read = tlsTerms(Object.fromEntries(Object.entries(variables).map(([name, value]) => [`QUEUE_PROXY_TLS_${name}`, value])), problems)
  return { read, problems }
}

describe('how TLS is spoken', () => {
  it.each<[string, Record<string, string>, object]>([
    ['as Node has it, where nothing is said', { MIN_VERSION: '', CIPHER_SUITES: '' }, {}],
    ['between two versions', { MIN_VERSION: '1.2', MAX_VERSION: '1.3' }, { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3' }],
    [
      'with suites by Go’s names',
      { CIPHER_SUITES: 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305' },
      { ciphers: 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256:TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256' }
    ],
    ['with curves in order', { CURVE_PREFERENCES: 'X25519,CurveP256,P384' }, { ecdhCurve: 'X25519:P-256:P-384' }]
  ])('%s', (_, variables, wanted) => {
    const { read, problems } = terms(variables)
    expect([read, problems]).toEqual([wanted, []])
    expect(() => createSecureContext(read)).not.toThrow()
  })

  it('names what it cannot follow', () =>
    expect(terms({ MIN_VERSION: '1.1', CURVE_PREFERENCES: 'X25519,X448' }).problems).toEqual([
      'variable QUEUE_PROXY_TLS_MIN_VERSION is "1.1": want of 1.2, 1.3',
      'variable QUEUE_PROXY_TLS_CURVE_PREFERENCES is "X25519,X448": want of X25519, CurveP256, CurveP384, CurveP521, X25519MLKEM768, P256, P384, P521'
    ]))
})
