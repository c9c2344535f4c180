import { expect, it } from '@jest/globals'
import type { KubeObject } from '@knative-ts/api'
import { generateKeyPairSync } from 'node:crypto'
import { openStore } from '../store/open-store.ts'
import { Authenticator, subjectOf } from './authenticator.ts'
import { ServiceAccountTokens } from './service-account-tokens.ts'

const { privateKey } = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' }
})
const tokens = new ServiceAccountTokens({ key: privateKey, issuer: 'i', audience: 'a' })
const store = await openStore({
  directory: undefined,
  onFatal: (error) => {
    throw error
  }
})
const staticTokens = new Map([['secret', { name: 'ci', groups: ['robots'] }]])
const authenticator = new Authenticator({ tokens, store, staticTokens })

async function put(resource: string, name: string, uid: string) {
  const object: KubeObject = { apiVersion: 'v1', kind: 'X', metadata: { name, namespace: 'n', uid } }
  await store.write({ resource, namespace: 'n', name }, () => ({ kind: 'put', object }))
}

await put('/serviceaccounts', 'worker', 'u-1')
await put('/pods', 'pod', 'u-2')
const tokenOf = (uid: string, podUid?: string) =>
  tokens.issue({
    namespace: 'n',
    serviceAccount: { name: 'worker', uid },
    expirationSeconds: 600,
    ...(podUid && { pod: { name: 'pod', uid: podUid } })
  }).token
const jane = { commonName: 'jane', organizations: ['dev'] }

it.each([
  { what: 'nothing', credentials: {}, is: 'anonymous' },
  { what: 'basic credentials', credentials: { authorization: 'Basic YTpi' }, is: 'anonymous' },
  { what: 'an empty token', credentials: { authorization: 'Bearer ' }, is: 'anonymous' },
  { what: 'a token of nobody', credentials: { authorization: 'Bearer nonsense' }, is: 'invalid' },
  {
    what: 'a static token',
    credentials: { authorization: 'bearer secret' },
    is: { name: 'ci', groups: ['robots', 'system:authenticated'] }
  },
  { what: 'a certificate', credentials: { clientCertificate: jane }, is: { name: 'jane', groups: ['dev', 'system:authenticated'] } },
  {
    what: 'a certificate beside a token of nobody',
    credentials: { clientCertificate: jane, authorization: 'Bearer nonsense' },
    is: { name: 'jane', groups: ['dev', 'system:authenticated'] }
  },
  { what: 'a certificate without a name', credentials: { clientCertificate: { commonName: '', organizations: ['dev'] } }, is: 'anonymous' },
  { what: 'a token of an account that was made anew', credentials: { authorization: `Bearer ${tokenOf('u-0')}` }, is: 'invalid' },
  { what: 'a token of a pod that was made anew', credentials: { authorization: `Bearer ${tokenOf('u-1', 'u-9')}` }, is: 'invalid' },
  {
    what: 'the token of a pod',
    credentials: { authorization: `Bearer ${tokenOf('u-1', 'u-2')}` },
    is: {
      name: 'system:serviceaccount:n:worker',
      uid: 'u-1',
      groups: ['system:serviceaccounts', 'system:serviceaccounts:n', 'system:authenticated'],
      extra: {
        'authentication.kubernetes.io/credential-id': [expect.stringMatching(/^JTI=/)],
        'authentication.kubernetes.io/pod-name': ['pod'],
        'authentication.kubernetes.io/pod-uid': ['u-2']
      }
    }
  }
])('takes a request with $what for whom it is', ({ credentials, is }) => {
  expect(authenticator.authenticate(credentials)).toEqual(is)
})

it('forgets the token of an account that is deleted, though it was verified before', async () => {
  await put('/serviceaccounts', 'worker', 'u-1')
  const authorization = `Bearer ${tokenOf('u-1')}`
  expect(authenticator.authenticate({ authorization })).toMatchObject({ uid: 'u-1' })
  await store.write({ resource: '/serviceaccounts', namespace: 'n', name: 'worker' }, () => ({ kind: 'delete' }))
  expect(authenticator.authenticate({ authorization })).toBe('invalid')
})

it.each([
  { peer: { CN: 'a' }, subject: { commonName: 'a', organizations: [] } },
  { peer: { CN: 'a', O: 'x' }, subject: { commonName: 'a', organizations: ['x'] } },
  { peer: { CN: ['a', 'b'], O: ['x', 'y'] }, subject: { commonName: 'a', organizations: ['x', 'y'] } },
  { peer: {}, subject: { commonName: '', organizations: [] } }
])('reads the subject $peer', ({ peer, subject }) => {
  expect(subjectOf(peer)).toEqual(subject)
})
