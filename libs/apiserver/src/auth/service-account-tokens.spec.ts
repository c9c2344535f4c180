import { expect, it } from '@jest/globals'
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import { ServiceAccountTokens, type TokenOptions } from './service-account-tokens.ts'

const keyOf = () =>
  generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' }
  }).privateKey
const key = keyOf()
const issuer = 'https://kubernetes.default.svc'
const account = { name: 'controller', uid: 'u-1' }

function tokens(options: Partial<TokenOptions> = {}): ServiceAccountTokens {
  return new ServiceAccountTokens({ key, issuer, audience: issuer, now: () => 1_000_000, ...options })
}

const ask = { namespace: 'knative-serving', serviceAccount: account, expirationSeconds: 3600 }

it('issues what Kubernetes issues', () => {
  const { token, expirationTimestamp } = tokens().issue({ ...ask, pod: { name: 'p', uid: 'u-2' } })
  expect(expirationTimestamp).toBe('1970-01-01T01:16:40Z')
  expect(tokens().verify(token)).toEqual({
    aud: [issuer],
    exp: 4600,
    iat: 1000,
    nbf: 1000,
    iss: issuer,
    jti: expect.any(String),
    sub: 'system:serviceaccount:knative-serving:controller',
    'kubernetes.io': { namespace: 'knative-serving', serviceaccount: account, pod: { name: 'p', uid: 'u-2' } }
  })
})

it('is verified by the published key alone', () => {
  const { token } = tokens().issue(ask)
  const [header = '', payload = '', signature = ''] = token.split('.')
  const [jwk] = tokens().jwks().keys
  expect(JSON.parse(Buffer.from(header, 'base64url').toString()).kid).toBe((jwk as { kid: string }).kid)
  const published = createPublicKey({ key: { ...jwk }, format: 'jwk' })
  expect(
    verify(
      'sha256',
      Buffer.from(`${header}.${payload}`),
      { key: published, dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url')
    )
  ).toBe(true)
  expect(JSON.stringify(jwk)).not.toContain('"d"')
})

const good = tokens().issue(ask).token
const [head = '', body = '', signature = ''] = good.split('.')
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

it.each([
  { what: 'not a token', token: 'nonsense' },
  { what: 'empty', token: '' },
  { what: 'without signature', token: `${head}.${body}.` },
  { what: 'with another part', token: `${good}.x` },
  { what: 'of algorithm none', token: `${encoded({ alg: 'none' })}.${body}.` },
  { what: 'with other claims', token: `${head}.${encoded({ sub: 'system:admin', exp: 9e9, iss: issuer, aud: [issuer] })}.${signature}` },
  { what: 'of another key', token: tokens({ key: keyOf() }).issue(ask).token },
  { what: 'of another issuer', token: tokens({ issuer: 'https://other' }).issue(ask).token },
  { what: 'for another audience', token: tokens().issue({ ...ask, audiences: ['vault'] }).token },
  { what: 'expired', token: tokens().issue({ ...ask, expirationSeconds: 0 }).token },
  { what: 'of the future', token: tokens({ now: () => 2_000_000 }).issue(ask).token }
])('refuses a token $what', ({ token }) => {
  expect(tokens().verify(token)).toBeUndefined()
})

it('refuses a token that it has verified before once it expires', () => {
  let now = 1_000_000
  const clocked = tokens({ now: () => now })
  const { token } = clocked.issue(ask)
  expect(clocked.verify(token)?.sub).toBe('system:serviceaccount:knative-serving:controller')
  now += 3_599_000
  expect(clocked.verify(token)).toBeDefined()
  now += 1_000
  expect(clocked.verify(token)).toBeUndefined()
})
