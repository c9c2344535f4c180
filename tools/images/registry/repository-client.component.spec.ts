/** The client against a registry that gives tokens, mounts blobs, and breaks off; docker-registry itself is asked in e2e/images-oci. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { sha256 } from '../cache.ts'
import { Authorization } from './authorization.ts'
import type { Credentials } from './credentials.ts'
import { RepositoryClient } from './repository-client.ts'

type Answer = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>

describe('a repository', () => {
  let server: Server
  let host: string
  let answer: Answer
  let seen: string[]
  let directory: string
  const bytes = Buffer.from('blob')
  const blob = { digest: sha256(bytes), size: bytes.length }

  const client = (credentials?: Credentials): RepositoryClient =>
    new RepositoryClient(host, 'a/b', new Authorization(host, credentials), { plain: true, push: true })
  const put = (repository: RepositoryClient, from?: string): Promise<boolean> => repository.putBlob(blob, join(directory, 'blob'), from)

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'repository-'))
    writeFileSync(join(directory, 'blob'), bytes)
    seen = []
    server = createServer((request, response) => {
      seen.push(`${request.method} ${request.url}`)
      void answer(request, response)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterEach(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    rmSync(directory, { recursive: true })
  })

  it('gets a blob by a session whose address is relative and has a query of its own', async () => {
    let got: Buffer | undefined
    answer = async (request, response) => {
      if (request.method === 'HEAD') response.writeHead(404).end()
      else if (request.method === 'POST') response.writeHead(202, { location: '/upload?state=x' }).end()
      else {
        got = await buffer(request)
        response.writeHead(201).end()
      }
    }
    expect(await put(client())).toBe(true)
    expect(got?.equals(bytes)).toBe(true)
    expect(seen.at(-1)).toBe(`PUT /upload?state=x&digest=${encodeURIComponent(blob.digest)}`)
  })

  it('gets nothing that it has, or that a neighbour has', async () => {
    answer = (_request, response) => void response.writeHead(200).end()
    expect(await put(client())).toBe(false)
    answer = (request, response) => void response.writeHead(request.method === 'HEAD' ? 404 : 201).end()
    expect(await put(client(), 'a/neighbour')).toBe(false)
    expect(seen.at(-1)).toBe(`POST /v2/a/b/blobs/uploads/?mount=${encodeURIComponent(blob.digest)}&from=a%2Fneighbour`)
  })

  /** A registry that wants a token for exactly these rights. */
  const withTokens =
    (give: Answer): Answer =>
    async (request, response) => {
      if (request.url?.startsWith('/token')) return give(request, response)
      if (request.headers.authorization === 'Bearer good') return void response.writeHead(200).end()
      response.writeHead(401, { 'www-authenticate': `Bearer realm="http://${host}/token",service="reg"` }).end()
    }

  it('is asked with a token, got once with name and password', async () => {
    answer = withTokens((request, response) => {
      expect(request.headers.authorization).toBe(`Basic ${Buffer.from('me:secret').toString('base64')}`)
      response.end('{"token":"good"}')
    })
    const repository = client({ kind: 'password', username: 'me', password: 'secret' })
    await put(repository)
    await put(repository)
    expect(seen.filter((each) => each.includes('/token'))).toEqual([
      `GET /token?service=reg&scope=${encodeURIComponent('repository:a/b:pull,push')}`
    ])
  })

  it('is asked with a token, got for another one', async () => {
    answer = withTokens(async (request, response) => {
      const form = new URLSearchParams((await buffer(request)).toString())
      expect(Object.fromEntries(form)).toMatchObject({ grant_type: 'refresh_token', refresh_token: 'long', service: 'reg' })
      response.end('{"access_token":"good"}')
    })
    expect(await put(client({ kind: 'identity', token: 'long' }))).toBe(false)
  })

  it.each([
    [
      'gives no token',
      () => withTokens((_request, response) => void response.writeHead(403).end()),
      /gives no token \(status 403\): docker login/
    ],
    [
      'takes no credentials',
      () => withTokens((_request, response) => void response.end('{"token":"bad"}')),
      /does not take the name and password/
    ],
    [
      'asks in a way of its own',
      (): Answer => (_request, response) => void response.writeHead(401, { 'www-authenticate': 'Negotiate' }).end(),
      /in no way that registries do/
    ],
    ['breaks off', (): Answer => (request) => void request.socket.destroy(), /^127\.0\.0\.1:\d+ cannot be reached: /]
  ])('that %s is told so', async (_what, given, message) => {
    answer = given()
    await expect(put(client())).rejects.toThrow(message)
  })

  it('says why it refuses a manifest', async () => {
    answer = (_request, response) => void response.writeHead(400).end('{"errors":[{"code":"MANIFEST_INVALID","message":"no"}]}')
    const pushing = client().putManifest({ mediaType: 'application/vnd.oci.image.index.v1+json', ...blob }, 'v1', bytes)
    await expect(pushing).rejects.toThrow(`PUT ${host}/a/b: status 400: MANIFEST_INVALID no`)
  })
})
