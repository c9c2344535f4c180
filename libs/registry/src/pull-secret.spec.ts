import { describe, expect, it } from '@jest/globals'
import { parseImageReference, type ImageReference } from './image-reference.ts'
import { keychainOf, type PullSecret } from './pull-secret.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const gcr = parseImageReference('gcr.io/app') as ImageReference
const secret = (text: string, type = 'kubernetes.io/dockerconfigjson'): PullSecret => ({
  metadata: { name: 's' },
  type,
  data: { [type === 'kubernetes.io/dockercfg' ? '.dockercfg' : '.dockerconfigjson']: base64(text) }
})
const config = (entry: object): string => JSON.stringify({ auths: { 'gcr.io': entry } })
const origin = 'secret "s"'

describe('a pull secret', () => {
  it.each([
    [
      'a name and a password in one',
      config({ auth: base64('me:se:cret') }),
      { kind: 'password', username: 'me', password: 'se:cret', origin }
    ],
    ['a name and a password apart', config({ username: 'me', password: 'p' }), { kind: 'password', username: 'me', password: 'p', origin }],
    ['a token to exchange', config({ auth: base64('me:'), identitytoken: 't' }), { kind: 'identity', token: 't', origin }],
    ['a token', config({ registrytoken: 't' }), { kind: 'bearer', token: 't', origin }]
  ])('gives %s', (_, text, expected) => {
    const keychain = keychainOf([{ name: 's', secret: secret(text) }])
    expect(keychain.credentialsFor(gcr)).toEqual([expected])
    expect(keychain.problems).toEqual([])
  })

  it('of the older type has no "auths"', () => {
    const older = secret(JSON.stringify({ 'gcr.io': { auth: base64('me:p') } }), 'kubernetes.io/dockercfg')
    expect(keychainOf([{ name: 's', secret: older }]).credentialsFor(gcr)).toHaveLength(1)
  })

  it('is one of several, which are tried in their order', () => {
    const both = ['a', 'b'].map((name) => ({ name, secret: secret(config({ username: name, password: 'p' })) }))
    expect(keychainOf(both).credentialsFor(gcr)).toMatchObject([{ username: 'a' }, { username: 'b' }])
  })

  it.each([
    ['is not there', undefined, 'secret "s" does not exist'],
    ['is of another type', secret('', 'Opaque'), 'secret "s" is of type Opaque, not kubernetes.io/dockerconfigjson'],
    ['is no JSON', secret('hunter2'), '.dockerconfigjson of secret "s" cannot be read: it is not JSON'],
    ['is a list', secret('[]'), '.dockerconfigjson of secret "s" cannot be read: it is not an object'],
    [
      'has half of a password',
      secret(config({ auth: base64('hunter2') })),
      '.dockerconfigjson of secret "s" cannot be read: "auth" of "gcr.io" is not a name, a colon and a password in base64'
    ]
  ])('%s: that is told where a registry wants credentials, and nothing of what is in it', (_, given, problem) => {
    const keychain = keychainOf([{ name: 's', secret: given }])
    expect(keychain.problems).toEqual([problem])
    expect(keychain.credentialsFor(gcr)).toEqual([])
  })
})
