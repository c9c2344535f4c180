import { createHash } from 'node:crypto'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from '@jest/globals'
import { eventually, virtualClock } from '@knative-ts/testing'
import { DigestResolver } from './digest-resolver.ts'
import { parseImageReference, pinned } from './image-reference.ts'
import { manifestDigest } from './manifest-digest.ts'

const digest = `sha256:${'a'.repeat(64)}`

describe('digest of a tag', () => {
  const closers: (() => unknown)[] = []
  afterEach(async () => {
    for (const close of closers.splice(0)) await close()
  })

  /** A registry on loopback; returns its `host:port`. */
  const registry = async (answer: RequestListener): Promise<string> => {
    const server = createServer(answer)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    closers.push(() => new Promise((resolve) => server.close(resolve)))
    return `localhost:${(server.address() as AddressInfo).port}`
  }
  const ask = (image: string) => manifestDigest(parseImageReference(image), 'knative/r (serving)', AbortSignal.timeout(5_000))

  it('is what the registry says about its manifest', async () => {
    const seen: (string | undefined)[] = []
    const host = await registry((request, response) => {
      seen.push(`${request.method} ${request.url}`, request.headers['user-agent'])
      response.setHeader('docker-content-digest', digest).end()
    })
    expect(await ask(`${host}/team/app:v1`)).toBe(digest)
    expect(seen).toEqual(['HEAD /v2/team/app/manifests/v1', 'knative/r (serving)'])
  })

  it('is asked for with a token where the registry wants one', async () => {
    const host = await registry((request, response) => {
      if (request.url?.startsWith('/token')) response.end(JSON.stringify({ token: request.url.includes('scope=pull') ? 't1' : '' }))
      else if (request.headers.authorization === 'Bearer t1') response.setHeader('docker-content-digest', digest).end()
      else
        response
          .writeHead(401, { 'www-authenticate': `Bearer realm="http://${request.headers.host}/token",service="s",scope="pull"` })
          .end()
    })
    expect(await ask(`${host}/app`)).toBe(digest)
  })

  it('is the hash of the manifest where the header is missing', async () => {
    const host = await registry((request, response) => response.end(request.method === 'GET' ? '{"manifest":1}' : undefined))
    expect(await ask(`${host}/app`)).toBe(`sha256:${createHash('sha256').update('{"manifest":1}').digest('hex')}`)
  })

  it('fails with the address and what the registry said', async () => {
    const host = await registry((_, response) => response.writeHead(404).end())
    await expect(ask(`${host}/app:gone`)).rejects.toThrow(`HEAD http://${host}/v2/app/manifests/gone: unexpected status code 404`)
  })

  it('fails with the reason of the connection', async () => {
    await expect(ask('localhost:1/app')).rejects.toThrow(
      /^HEAD http:\/\/localhost:1\/v2\/app\/manifests\/latest: .*(ECONNREFUSED|bad port)/
    )
  })

  it('is found in the background, told once, and tried again after a failure', async () => {
    const clock = virtualClock()
    let broken = true
    const told: string[] = []
    const resolver = new DigestResolver(
      (key) => told.push(key),
      () => (broken ? Promise.reject(new Error('no route')) : Promise.resolve(digest)),
      clock
    )
    const question = {
      key: 'd/r',
      uid: '1',
      images: ['dev.local/a', 'ghcr.io/x/app', `ghcr.io/y@${digest}`],
      skippedRegistries: new Set(['dev.local']),
      timeoutMs: 1_000
    }
    expect(resolver.resolve(question)).toEqual({ kind: 'pending' })
    await eventually(() => told.length === 1)
    expect(resolver.resolve(question)).toEqual({ kind: 'failed', image: 'ghcr.io/x/app', message: 'no route' })
    broken = false
    expect(resolver.resolve(question)).toEqual({ kind: 'pending' })
    await clock.advance(1_000)
    expect(told).toHaveLength(2)
    const answer = resolver.resolve(question)
    expect(answer.kind === 'resolved' ? [...answer.digests] : answer).toEqual([
      ['dev.local/a', ''],
      [`ghcr.io/y@${digest}`, `ghcr.io/y@${digest}`],
      ['ghcr.io/x/app', `ghcr.io/x/app@${digest}`]
    ])
  })
})

it('asks a registry that keeps refusing after 1, 2, 4 s, not at full speed; a new revision of the name at once', async () => {
  const clock = virtualClock()
  const asked: number[] = []
  let told = 0
  const resolver = new DigestResolver(
    () => told++,
    () => {
      asked.push(clock.now())
      return Promise.reject(new Error('no route'))
    },
    clock
  )
  const question = { key: 'd/r', uid: '1', images: ['ghcr.io/x/app'], skippedRegistries: new Set<string>(), timeoutMs: 1_000 }
  // As the loop does: a pass at each answer, and one more after a pass that failed.
  const passes = (uid: string): void => {
    for (let pass = 0; pass < 2; pass++) resolver.resolve({ ...question, uid })
  }
  const began = clock.now()
  passes('1')
  for (const ms of [0, 1_000, 2_000, 4_000]) {
    await clock.advance(ms)
    passes('1')
  }
  expect(asked.map((at) => at - began)).toEqual([0, 1_000, 3_000, 7_000])
  passes('2')
  await clock.advance(0)
  expect(asked).toHaveLength(5)
  expect(told).toBe(5)
})

describe('image reference', () => {
  it.each([
    ['nginx', `index.docker.io/library/nginx@${digest}`],
    ['team/app:v1', `index.docker.io/team/app@${digest}`],
    ['docker.io/nginx:1', `index.docker.io/library/nginx@${digest}`],
    ['ghcr.io/x/app:v1', `ghcr.io/x/app@${digest}`],
    ['localhost:5000/app', `localhost:5000/app@${digest}`]
  ])('%s', (image, whole) => expect(pinned(parseImageReference(image), digest)).toBe(whole))
})
