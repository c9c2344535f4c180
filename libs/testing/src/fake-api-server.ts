/** A FakeCluster behind real sockets, which the test may cut: for clients that must be tested over HTTP. */
import { apiVersionOf, type KubeObject, type ObjectKey, type Resource } from '@knative-ts/api'
import { ApiError, type Patch } from '@knative-ts/kube'
import http from 'node:http'
import https from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { FakeCluster } from './cluster/fake-cluster.ts'
import { knownResources } from './cluster/resources.ts'

export interface FakeApiServerOptions {
  readonly cluster: FakeCluster
  readonly port?: number
  readonly tls?: https.ServerOptions
  /** Sees each request first; true when it has answered it. */
  readonly intercept?: (request: http.IncomingMessage, response: http.ServerResponse) => boolean | Promise<boolean>
}

export interface FakeApiServer {
  readonly port: number
  readonly url: string
  /** `METHOD path` of all requests so far. */
  readonly requests: readonly string[]
  /** Cuts every open connection with a reset; the server goes on. */
  resetConnections(): void
  /** Cuts every connection and frees the port, as a killed process does. */
  kill(): Promise<void>
}

const patchTypes: Readonly<Record<string, Patch['type']>> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply'
}

/** Listens on 127.0.0.1, any free port unless `port` is given. The caller kills it. */
export async function startFakeApiServer(options: FakeApiServerOptions): Promise<FakeApiServer> {
  const { cluster, tls, intercept = () => false } = options
  const sockets = new Set<Socket>()
  const requests: string[] = []
  const listener = (request: http.IncomingMessage, response: http.ServerResponse): void => {
    requests.push(`${request.method} ${request.url}`)
    void handle(request, response).catch((error: unknown) => {
      const status = error instanceof ApiError ? error.status : { kind: 'Status', code: 500, message: String(error) }
      if (!response.headersSent) answer(response, status.code ?? 500, status)
      else response.end(`${JSON.stringify({ type: 'ERROR', object: status })}\n`)
    })
  }
  const handle = async (request: http.IncomingMessage, response: http.ServerResponse): Promise<void> => {
    if (await intercept(request, response)) return
    await serve(cluster, request, response)
  }
  const server = tls === undefined ? http.createServer(listener) : https.createServer(tls, listener)
  server.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  const resetConnections = (): void => {
    for (const socket of sockets) socket.resetAndDestroy()
  }
  return {
    port,
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    requests,
    resetConnections,
    async kill() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      resetConnections()
      server.closeAllConnections()
      await closed
    }
  }
}

async function serve(cluster: FakeCluster, request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost')
  const target = targetOf(url.pathname)
  const query = url.searchParams
  if (target === undefined) return answer(response, 404, notFound)
  const { resource, key, subresource } = target
  const { client } = cluster
  const selection = {
    namespace: key.namespace,
    labelSelector: query.get('labelSelector') ?? '',
    fieldSelector: query.get('fieldSelector') ?? ''
  }
  if (request.method === 'GET' && query.get('watch') === 'true') {
    const stop = new AbortController()
    response.on('close', () => stop.abort())
    const events = client.watch(resource, { ...selection, resourceVersion: query.get('resourceVersion') ?? '0', signal: stop.signal })
    response.writeHead(200, { 'content-type': 'application/json' })
    response.flushHeaders()
    for await (const event of events) response.write(`${JSON.stringify(event)}\n`)
    response.end()
    return
  }
  if (request.method === 'GET' && key.name === '') {
    const limit = query.get('limit')
    const next = query.get('continue')
    const list = await client.list(resource, {
      ...selection,
      ...(limit === null ? {} : { limit: Number(limit) }),
      ...(next === null ? {} : { continue: next })
    })
    const metadata = { resourceVersion: list.resourceVersion, continue: list.continue }
    return answer(response, 200, {
      apiVersion: apiVersionOf(resource),
      kind: `${resource.kind}List`,
      metadata,
      items: list.items.map(withoutType)
    })
  }
  const body = await bodyOf(request)
  const patchType = patchTypes[request.headers['content-type'] ?? '']
  if (request.method === 'GET') return answer(response, 200, await client.get(resource, key))
  if (request.method === 'POST') return answer(response, 201, await client.create(resource, body as KubeObject))
  if (request.method === 'PUT') {
    const object = body as KubeObject
    return answer(response, 200, await (subresource === 'status' ? client.updateStatus(resource, object) : client.update(resource, object)))
  }
  if (request.method === 'PATCH' && patchType !== undefined) {
    const patch = (patchType === 'json' ? { type: patchType, operations: body } : { type: patchType, body }) as Patch
    return answer(response, 200, await client.patch(resource, key, patch, subresource === undefined ? {} : { subresource }))
  }
  if (request.method === 'DELETE') {
    await client.delete(resource, key, body as object)
    return answer(response, 200, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' })
  }
  answer(response, 405, { ...notFound, reason: 'MethodNotAllowed', code: 405 })
}

const notFound = {
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  reason: 'NotFound',
  message: 'the server could not find the requested resource',
  code: 404
}

/** Items of a list come without apiVersion and kind, as from a real server. */
function withoutType(object: KubeObject): Partial<KubeObject> {
  const { apiVersion: _version, kind: _kind, ...rest } = object
  return rest
}

function targetOf(path: string): { readonly resource: Resource; readonly key: ObjectKey; readonly subresource?: string } | undefined {
  const parts = path
    .split('/')
    .filter((part) => part !== '')
    .map(decodeURIComponent)
  const [group, version, rest] = parts[0] === 'api' ? ['', parts[1], parts.slice(2)] : [parts[1], parts[2], parts.slice(3)]
  const namespaced = rest[0] === 'namespaces' && rest.length > 2
  const [plural, name = '', subresource] = namespaced ? rest.slice(2) : rest
  const resource = knownResources.find((known) => known.group === group && known.version === version && known.plural === plural)
  if (resource === undefined) return undefined
  return { resource, key: { namespace: namespaced ? (rest[1] ?? '') : '', name }, ...(subresource === undefined ? {} : { subresource }) }
}

async function bodyOf(request: http.IncomingMessage): Promise<unknown> {
  const text = (await request.toArray()).join('')
  return text === '' ? {} : JSON.parse(text)
}

function answer(response: http.ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}
