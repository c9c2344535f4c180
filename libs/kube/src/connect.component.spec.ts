import { afterEach, describe, expect, it } from '@jest/globals'
import { leases, pods } from '@knative-ts/api/kubernetes'
import { fakeCluster, pod, startFakeApiServer, type FakeApiServer } from '@knative-ts/testing'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { ApiError, isConflict, isNotFound } from './api-error.ts'
import { connect, type ConnectedClient } from './connect.ts'
import { ConnectionError } from './connection-error.ts'

const key = { namespace: 'default', name: 'hello-1' }
const cleanups: (() => Promise<void> | void)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

async function serve(
  options: Omit<Parameters<typeof startFakeApiServer>[0], 'cluster'> = {}
): Promise<{ server: FakeApiServer; client: ConnectedClient }> {
  const cluster = fakeCluster({ objects: [pod()] })
  const server = await startFakeApiServer({ cluster, ...options })
  const client = connect({ server: server.url, namespace: 'default' })
  cleanups.push(
    () => server.kill(),
    () => client.close()
  )
  return { server, client }
}

describe('a connected client', () => {
  it('reads, lists, creates, updates, patches and deletes', async () => {
    const { client, server } = await serve()
    expect((await client.get(pods, key)).metadata.name).toBe('hello-1')
    const list = await client.list(pods, { namespace: 'default', labelSelector: 'app in (hello)', limit: 5 })
    expect(list.items).toMatchObject([{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'hello-1' } }])
    const created = await client.create(pods, pod({ metadata: { name: 'b', uid: undefined } }), { fieldManager: 'test' })
    expect(created.metadata.uid).toMatch(/^0000/)
    await client.updateStatus(pods, { ...created, status: { phase: 'Running' } })
    const patched = await client.patch(
      pods,
      { namespace: 'default', name: 'b' },
      { type: 'merge', body: { metadata: { labels: { x: 'y' } } } }
    )
    expect(patched).toMatchObject({ metadata: { labels: { app: 'hello', x: 'y' } }, status: { phase: 'Running' } })
    await client.delete(pods, { namespace: 'default', name: 'b' }, { propagationPolicy: 'Background' })
    expect(server.requests).toEqual([
      'GET /api/v1/namespaces/default/pods/hello-1',
      'GET /api/v1/namespaces/default/pods?labelSelector=app+in+%28hello%29&limit=5',
      'POST /api/v1/namespaces/default/pods?fieldManager=test',
      'PUT /api/v1/namespaces/default/pods/b/status',
      'PATCH /api/v1/namespaces/default/pods/b',
      'DELETE /api/v1/namespaces/default/pods/b'
    ])
  })

  it('turns a Status into an ApiError', async () => {
    const { client } = await serve()
    const missing: unknown = await client.get(pods, { namespace: 'default', name: 'none' }).catch((error: unknown) => error)
    expect(isNotFound(missing)).toBe(true)
    const object = await client.get(pods, key)
    const stale = { ...object, metadata: { ...object.metadata, resourceVersion: '1' } }
    expect(isConflict(await client.update(pods, stale).catch((error: unknown) => error))).toBe(true)
  })

  it('turns an answer that is no Status into an ApiError with its text', async () => {
    const { client } = await serve({
      intercept: (_request, response) => {
        response.writeHead(403, { 'content-type': 'text/plain' }).end('the proxy says no')
        return true
      }
    })
    const error: unknown = await client.get(leases, key).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(ApiError)
    expect(error).toMatchObject({
      code: 403,
      reason: 'Forbidden',
      message: 'GET /apis/coordination.k8s.io/v1/namespaces/default/leases/hello-1: HTTP 403: the proxy says no'
    })
  })

  it('says what it called where when nobody listens', async () => {
    const { client, server } = await serve()
    await server.kill()
    const error: unknown = await client.get(pods, key).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(ConnectionError)
    expect((error as Error).message).toMatch(/^GET \/api\/v1\/namespaces\/default\/pods\/hello-1 at 127\.0\.0\.1:\d+: .*ECONNREFUSED/)
  })

  it('reads packed answers', async () => {
    const body = gzipSync(JSON.stringify(pod({ metadata: { name: 'packed' } })))
    const { client } = await serve({
      intercept: (request, response) => {
        expect(request.headers['accept-encoding']).toBe('gzip')
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(body)
        return true
      }
    })
    expect((await client.get(pods, key)).metadata.name).toBe('packed')
  })

  it('waits as long as the server asks it to', async () => {
    let calls = 0
    const { client } = await serve({
      intercept: (_request, response) => {
        if (++calls > 2) return false
        response.writeHead(429, { 'retry-after': '0' }).end()
        return true
      }
    })
    expect((await client.get(pods, key)).metadata.name).toBe('hello-1')
    expect(calls).toBe(3)
  })

  it('keeps its connections', async () => {
    const { client, server } = await serve()
    const ports = new Set<number | undefined>()
    const counting = await startFakeApiServer({
      cluster: fakeCluster({ objects: [pod()] }),
      intercept: (request) => {
        ports.add(request.socket.remotePort)
        return false
      }
    })
    cleanups.push(() => counting.kill())
    const other = connect({ server: counting.url, namespace: 'default' })
    for (let call = 0; call < 5; call++) await other.get(pods, key)
    expect(ports.size).toBe(1)
    other.close()
    expect(server.port).not.toBe(counting.port)
    client.close()
  })

  it('repeats a read whose kept connection was cut, and does not repeat a write', async () => {
    const { client, server } = await serve()
    await client.get(pods, key)
    server.resetConnections()
    expect((await client.get(pods, key)).metadata.name).toBe('hello-1')
  })

  it('reads the token file again when the server refuses the token', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kube-token-'))
    cleanups.push(() => rm(folder, { recursive: true }))
    const tokenFile = join(folder, 'token')
    await writeFile(tokenFile, 'first\n')
    let accepted = 'Bearer first'
    const server = await startFakeApiServer({
      cluster: fakeCluster({ objects: [pod()] }),
      intercept: (request, response) => {
        if (request.headers.authorization === accepted) return false
        response.writeHead(401).end()
        return true
      }
    })
    const client = connect({ server: server.url, namespace: 'default', tokenFile })
    cleanups.push(
      () => server.kill(),
      () => client.close()
    )
    await client.get(pods, key)
    await writeFile(tokenFile, 'second\n')
    accepted = 'Bearer second'
    expect((await client.get(pods, key)).metadata.name).toBe('hello-1')
    accepted = 'Bearer third'
    await expect(client.get(pods, key)).rejects.toMatchObject({ code: 401, reason: 'Unauthorized' })
  })
})
