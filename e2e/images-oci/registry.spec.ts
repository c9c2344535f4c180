/** The registry client against Debian's docker-registry: with a password, with tokens, and with something flaky in between. */
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import {
  type ImageReference,
  Keychain,
  keychainOf,
  type Manifest,
  parseImageReference,
  registryAccess,
  RegistryClient,
  type Repository
} from '@knative-ts/registry'
import { describeWhere, withoutCommand } from '@knative-ts/testing/prerequisites'
import { selfSigned } from '@knative-ts/testing/self-signed'
import { temporaryDirectory } from '../rig/standalone-process.ts'
import { type FlakyProxy, startFlakyProxy } from './flaky-proxy.ts'
import { pushImage } from './push-image.ts'
import { type RegistryProcess, startRegistry } from './registry-process.ts'
import { startTokenServer, tokenIssuer, type TokenServer } from './token-server.ts'

const signal = () => AbortSignal.timeout(60_000)
const layer = randomBytes(4_000_000)
const image = { layers: [[{ path: 'big', content: layer }]] }

/** The keychain of a pull secret, as `kubectl create secret docker-registry` makes it. */
function secretFor(host: string, username: string, password: string): Keychain {
  const auth = Buffer.from(`${username}:${password}`).toString('base64')
  const config = JSON.stringify({ auths: { [host]: { username, password, auth } } })
  const data = { '.dockerconfigjson': Buffer.from(config).toString('base64') }
  return keychainOf([{ name: 'regcred', secret: { metadata: { name: 'regcred' }, type: 'kubernetes.io/dockerconfigjson', data } }])
}

describeWhere('a real registry', withoutCommand('docker-registry', 'docker-registry'))('docker-registry', () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>
  let registry: RegistryProcess
  let tokens: TokenServer
  let withTokens: RegistryProcess
  let digest: string
  let client: RegistryClient

  beforeAll(async () => {
    directory = await temporaryDirectory()
    const places = ['basic', 'tokens'].map((name) => join(directory.path, name)) as [string, string]
    for (const place of places) await mkdir(place)
    registry = await startRegistry(places[0])
    const signer = await selfSigned('issuer.test')
    const certificate = join(directory.path, 'issuer.pem')
    writeFileSync(certificate, signer.cert)
    tokens = await startTokenServer(signer, 'pusher:secret')
    withTokens = await startRegistry(places[1], { tokens: { ...tokenIssuer, realm: tokens.realm, certificate } })
    digest = await pushImage(
      { host: registry.host, repository: 'team/app', tag: 'v1', headers: { authorization: registry.authorization } },
      image
    )
    for (const repository of ['team/app', 'public/app']) {
      const asked = `${tokens.realm}?service=${tokenIssuer.service}&scope=repository:${repository}:pull,push`
      const { token } = (await (await fetch(asked, { headers: { authorization: registry.authorization } })).json()) as { token: string }
      await pushImage({ host: withTokens.host, repository, tag: 'v1', headers: { authorization: `Bearer ${token}` } }, image)
    }
  }, 120_000)
  afterAll(async () => {
    await Promise.all([registry?.stop(), withTokens?.stop(), tokens?.close()])
    await directory.discard()
  })
  beforeEach(() => {
    tokens.asked.length = 0
    client = new RegistryClient(registryAccess({}))
  })
  afterEach(() => client.close())

  const open = (name: string, keychain = Keychain.empty): Repository =>
    client.open(parseImageReference(name) as ImageReference, { keychain, userAgent: 'test' })
  const layerOf = async (repository: Repository) => {
    const { bytes } = await repository.manifest(signal())
    return (JSON.parse(bytes.toString('utf8')) as Manifest).layers[0] as Manifest['layers'][number]
  }
  const pulled = async (repository: Repository): Promise<Buffer> => buffer(repository.blob(await layerOf(repository), signal()))

  it('gives digest, manifest and blobs to who has the password', async () => {
    const repository = open(`${registry.host}/team/app:v1`, secretFor(registry.host, 'pusher', 'secret'))
    expect(await repository.digest(signal())).toBe(digest)
    expect((await repository.manifest(signal())).digest).toBe(digest)
    const wanted = await layerOf(repository)
    expect((await pulled(repository)).length).toBe(wanted.size)
  })

  it.each([
    ['nobody', 'team/app:v1', undefined, /401 Unauthorized.*: create a Secret of type kubernetes.io\/dockerconfigjson/],
    ['a wrong password', 'team/app:v1', 'wrong', /refused the credentials of secret "regcred" for team\/app/],
    [
      'a tag that is not there',
      'team/app:v2',
      'secret',
      /404 Not Found: MANIFEST_UNKNOWN: .*; the registry .* has no tag "v2" of team\/app/
    ],
    [
      'a repository that is not there',
      'team/typo:v1',
      'secret',
      /404 Not Found.*; the registry .* has no (repository|tag "v1" of) team\/typo/
    ],
    ['a digest that is not there', `team/app@sha256:${'0'.repeat(64)}`, 'secret', /has no image sha256:000000000000\.\.\. in team\/app/]
  ])('says what is wrong: %s', async (_, name, password, message) => {
    const keychain = password === undefined ? Keychain.empty : secretFor(registry.host, 'pusher', password)
    await expect(open(`${registry.host}/${name}`, keychain).manifest(signal())).rejects.toThrow(message)
  })

  it('gives what is public for a token that everybody gets, and what is not for that of an account', async () => {
    expect(await open(`${withTokens.host}/public/app:v1`).digest(signal())).toBe(digest)
    const mine = open(`${withTokens.host}/team/app:v1`, secretFor(withTokens.host, 'pusher', 'secret'))
    expect(await mine.digest(signal())).toBe(digest)
    await pulled(mine)
    // One token for all requests to one repository.
    expect(tokens.asked).toEqual(['', 'pusher:secret'])
  })

  it.each([
    ['nobody', undefined, /wants credentials for team\/app/],
    ['a wrong password', 'wrong', /refused the credentials of secret "regcred"/]
  ])('refuses a token to %s', async (_, password, message) => {
    const keychain = password === undefined ? Keychain.empty : secretFor(withTokens.host, 'pusher', password)
    await expect(open(`${withTokens.host}/team/app:v1`, keychain).digest(signal())).rejects.toThrow(message)
  })

  describe('behind something flaky', () => {
    let proxy: FlakyProxy
    let repository: Repository
    beforeEach(async () => {
      proxy = await startFlakyProxy(registry.host)
      repository = open(`${proxy.host}/team/app:v1`, secretFor(proxy.host, 'pusher', 'secret'))
    })
    afterEach(() => proxy.close())
    const blobs = () => proxy.asked.filter(({ path }) => path.includes('/blobs/'))

    it('is asked for the rest of a blob whose connection is cut, twice', async () => {
      const cuts = [1_500_000, 1_000_000]
      proxy.cutAfter = ({ url }) => (url?.includes('/blobs/') === true ? cuts.shift() : undefined)
      const whole = await pulled(repository)
      expect(whole.equals(await pulled(open(`${registry.host}/team/app:v1`, secretFor(registry.host, 'pusher', 'secret'))))).toBe(true)
      const [first, second, third] = blobs().map(({ range }) => Number(/^bytes=(\d+)-$/.exec(range ?? 'bytes=0-')?.[1]))
      expect(blobs()).toHaveLength(3)
      expect(first).toBe(0)
      expect(second).toBeGreaterThan(1_000_000)
      expect(third).toBeGreaterThan(second ?? 0)
    })

    it.each([429, 503])('is asked again after %d', async (status) => {
      let turn = 0
      proxy.answer = (_, response) => turn++ < 2 && (response.writeHead(status).end(), true)
      expect(await repository.digest(signal())).toBe(digest)
    })

    it('is followed to another host, which does not see the password', async () => {
      const store = await startFlakyProxy(registry.host, { authorization: registry.authorization })
      proxy.answer = ({ url = '' }, response) =>
        url.includes('/blobs/') && (response.writeHead(307, { location: `http://${store.host}${url}?signature=abc` }).end(), true)
      try {
        expect((await pulled(repository)).length).toBe((await layerOf(repository)).size)
        expect(blobs()[0]?.authorization).toMatch(/^Basic /)
        expect(store.asked.map(({ authorization }) => authorization)).toEqual([undefined])
      } finally {
        await store.close()
      }
    })
  })
})
