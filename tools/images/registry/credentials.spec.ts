import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { parseChallenge } from './challenge.ts'
import { type Credentials, credentialsFor } from './credentials.ts'

const auth = Buffer.from('me:se:cret').toString('base64')
const me = { kind: 'password', username: 'me', password: 'se:cret' } as const

describe('credentials of the Docker configuration', () => {
  let directory: string
  const ask = (config: unknown, host = 'r.example.com'): Promise<Credentials | undefined> => {
    writeFileSync(join(directory, 'config.json'), typeof config === 'string' ? config : JSON.stringify(config))
    return credentialsFor(host, { DOCKER_CONFIG: directory, PATH: `${directory}:${process.env['PATH']}` })
  }
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'credentials-'))
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  it.each([
    ['a name and a password in one', { auths: { 'r.example.com': { auth } } }, me],
    ['a name and a password apart', { auths: { 'r.example.com': { username: 'me', password: 'se:cret' } } }, me],
    ['an address as the key', { auths: { 'https://r.example.com/v2/': { auth } } }, me],
    ['a token', { auths: { 'r.example.com': { auth, identitytoken: 't' } } }, { kind: 'identity', token: 't' }],
    ['those of another registry', { auths: { 'other.example.com': { auth } } }, undefined],
    ['nothing', {}, undefined]
  ])('are read: %s', async (_what, config, found) => {
    expect(await ask(config)).toEqual(found)
  })

  it('are Docker Hub’s under the name that it has there', async () => {
    expect(await ask({ auths: { 'https://index.docker.io/v1/': { auth } } }, 'docker.io')).toEqual(me)
  })

  it('come from a helper, which may have none', async () => {
    const helper = join(directory, 'docker-credential-test')
    writeFileSync(
      helper,
      '#!/bin/sh\nread host\ncase "$host" in r.example.com) echo \'{"Username":"me","Secret":"se:cret"}\';; t.example.com) echo \'{"Username":"<token>","Secret":"t"}\';; *) echo "credentials not found in native keychain"; exit 1;; esac\n'
    )
    chmodSync(helper, 0o755)
    expect(await ask({ credHelpers: { 'r.example.com': 'test' } })).toEqual(me)
    expect(await ask({ credsStore: 'test' }, 't.example.com')).toEqual({ kind: 'identity', token: 't' })
    expect(await ask({ credsStore: 'test' }, 'u.example.com')).toBeUndefined()
    await expect(ask({ credsStore: 'absent-of-this-name' })).rejects.toThrow(
      'docker-credential-absent-of-this-name for r.example.com, which cannot be run'
    )
  })

  it('are refused with the file’s name', async () => {
    await expect(ask('{')).rejects.toThrow(join(directory, 'config.json'))
    await expect(ask({ auths: { 'r.example.com': { auth: 'bWU=' } } })).rejects.toThrow(
      'auths["r.example.com"].auth is not a name and a password'
    )
  })
})

describe('a challenge', () => {
  it.each([
    ['Basic realm="test"', { scheme: 'basic' }],
    ['Bearer realm="https://a/token",service="r",scope="x"', { scheme: 'bearer', realm: 'https://a/token', service: 'r' }],
    ['bearer realm="https://a/token"', { scheme: 'bearer', realm: 'https://a/token', service: undefined }],
    ['Bearer service="r"', undefined],
    ['Negotiate', undefined],
    ['', undefined]
  ])('%s', (header, challenge) => {
    expect(parseChallenge(header)).toEqual(challenge)
  })
})
