/** Every request, top to bottom: who asks, in whose name, may they, and then what they ask for. */
import { channel } from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import { ApiError, errorText, type Status } from '@knative-ts/kube'
import { subjectOf, type Credentials } from '../auth/authenticator.ts'
import { forbiddenMessage, type Attributes } from '../auth/attributes.ts'
import { impersonationOf } from '../auth/impersonation.ts'
import { anonymous, type User } from '../auth/user.ts'
import { StoreError } from '../store/store-error.ts'
import { badRequest, failure, internal, methodNotAllowed, noSuchPath, unauthorized } from './errors.ts'
import type { Exchange } from './exchange.ts'
import { PageNotFound } from './page-not-found.ts'
import { PlainFailure } from './plain-failure.ts'
import { parseResourcePath, type ResourcePath } from './request-path.ts'
import { serveResource } from './resource.http.ts'
import { formatOfError, MEDIA, type Format } from './negotiation.ts'
import { booleanOf } from './query.ts'
import { labelsOf } from './request-labels.ts'
import { send, type Answer } from './send.ts'
import { EXPOSITION_TYPE } from '../metrics/exposition.ts'
import { processMetrics } from '../metrics/process-metrics.ts'
import type { RequestLabels } from '../metrics/request-metrics.ts'
import { storageMetrics } from '../metrics/storage-metrics.ts'
import { encodeProtobuf } from '../protobuf/encode.ts'
import type { ServerParts } from './server-parts.ts'
import { writeYaml } from './write-yaml.ts'

/** Who asked for what over HTTP, and whether RBAC allows it: published for each request on the channel `knative.apiserver.access`. */
export interface AccessDecision {
  readonly user: User
  readonly attributes: Attributes
  readonly allowed: boolean
}

const decisions = channel('knative.apiserver.access')
const NOTHING = new URLSearchParams()
/** Paths that need no role: probes and what tells clients how to talk to the server. */
const HTTP_VERBS: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', PATCH: 'patch' }

/** Handles one HTTP request; never throws, never leaves a request without an answer. */
export async function handle(parts: ServerParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const warnings: string[] = []
  try {
    await serve(parts, request, { response, upgrade: undefined }, warnings)
  } catch (error) {
    await answerError(parts, request, response, error, warnings).catch((failure: unknown) => {
      parts.onDefect(failure, `the answer to ${request.method} ${request.url}`)
      response.destroy()
    })
  } finally {
    // What the client still sends is read and dropped, else the connection cannot be used again.
    if (!request.readableEnded) request.resume()
  }
}

/** Handles an upgrade: exec, attach, port-forward. */
export async function handleUpgrade(parts: ServerParts, request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
  try {
    await serve(parts, request, { response: undefined, upgrade: { socket, head } }, [])
  } catch (error) {
    const status = statusOf(parts, error, request)
    const body = JSON.stringify(status)
    socket.end(
      `HTTP/1.1 ${status.code ?? 500} ${status.reason ?? 'Error'}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`
    )
  }
}

async function serve(
  parts: ServerParts,
  request: IncomingMessage,
  output: Pick<Exchange, 'response' | 'upgrade'>,
  warnings: string[]
): Promise<void> {
  const url = request.url ?? '/'
  const mark = url.indexOf('?')
  const path = mark < 0 ? url : url.slice(0, mark)
  const given = mark < 0 ? NOTHING : new URLSearchParams(url.slice(mark + 1))
  const resource = parseResourcePath(path)
  const query = resource?.watch === true ? watchedBy(resource, given) : given
  const attributes =
    resource === undefined ? { verb: (request.method ?? 'GET').toLowerCase(), path } : attributesOf(request, resource, query)
  measure(parts, request, output, labelsOf(parts.world.registry, request, resource, attributes, query))
  const user = userOf(parts, request)
  const { allowed, reason } = parts.authorizer.authorize(user, attributes)
  if (decisions.hasSubscribers) decisions.publish({ user, attributes, allowed } satisfies AccessDecision)
  if (!allowed) throw user === anonymous ? unauthorizedOr(user, attributes, reason) : forbiddenFor(user, attributes, reason)
  const exchange: Exchange = { request, ...output, path, query, user, warnings }
  if (resource !== undefined && (resource.group === '' || isGroup(parts, resource.group))) return serveResource(parts, exchange, resource)
  const { response } = output
  if (response === undefined) throw badRequest('this path does not take upgrades')
  if (request.method !== 'GET' && request.method !== 'HEAD')
    throw failure(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {})
  if (path === '/version' && request.method === 'HEAD') throw methodNotAllowed()
  if (path === '/metrics') return send(request, response, await metricsAnswer(parts), warnings)
  const document = parts.documents.answer(path, request.headers.accept, query, request.headers.host ?? '')
  if (document === undefined) return notServed(parts, request, response, path)
  const tag = document.headers?.['ETag']
  if (tag !== undefined && request.headers['if-none-match'] === tag) {
    response.writeHead(304, { ...document.headers, 'Cache-Control': 'no-cache, private' }).end()
    return
  }
  await send(request, response, document, warnings)
}

/** The query of a watch that its path asks for. */
function watchedBy({ name }: ResourcePath, given: URLSearchParams): URLSearchParams {
  const query = new URLSearchParams(given)
  query.set('watch', 'true')
  const selector = query.get('fieldSelector')
  if (name !== '') query.set('fieldSelector', selector ? `${selector},metadata.name=${name}` : `metadata.name=${name}`)
  return query
}

const isGroup = (parts: ServerParts, group: string) => parts.world.registry.groups().some((one) => one.group === group)

/** Counts the request when its answer is over: a stream's when the client is gone. */
function measure(
  parts: ServerParts,
  { socket }: IncomingMessage,
  { response, upgrade }: Pick<Exchange, 'response' | 'upgrade'>,
  labels: RequestLabels
): void {
  const over = parts.metrics.begin(labels)
  if (response !== undefined) response.once('close', () => over(response.statusCode))
  else (upgrade?.socket ?? socket).once('close', () => over(101))
}

async function metricsAnswer({ metrics, world }: ServerParts): Promise<Answer> {
  const body = metrics.text() + storageMetrics(world.registry, world.store) + (await processMetrics())
  return { status: 200, contentType: EXPOSITION_TYPE, body }
}

/** An unknown group is the router's 404, an unknown version of a known group the API's. */
async function notServed(parts: ServerParts, request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
  if (/^\/api\/[^/]+$/.test(path)) throw noSuchPath()
  const group = /^\/apis\/([^/]+)\/[^/]+$/.exec(path)?.[1]
  if (group !== undefined && isGroup(parts, group)) throw noSuchPath()
  await send(request, response, PAGE_NOT_FOUND, [])
}

const PAGE_NOT_FOUND = {
  status: 404,
  contentType: 'text/plain; charset=utf-8',
  body: '404 page not found\n',
  headers: { 'X-Content-Type-Options': 'nosniff' }
}

function userOf(parts: ServerParts, request: IncomingMessage): User {
  const found = parts.authenticator.authenticate(credentialsOf(request))
  if (found === 'invalid') throw unauthorized()
  const user = found === 'anonymous' ? anonymous : found
  // Only one request in a thousand has such a header: look before asking for the costly form.
  if (!impersonates(request.headers)) return user
  const impersonation = impersonationOf(request.headersDistinct, user, (who, what) => parts.authorizer.authorize(who, what))
  switch (impersonation.kind) {
    case 'none':
      return user
    case 'user':
      return impersonation.user
    case 'forbidden':
      throw forbiddenFor(user, impersonation.attributes, '', impersonation.message)
    case 'malformed':
      throw new PlainFailure(impersonation.message)
  }
}

function impersonates(headers: IncomingMessage['headers']): boolean {
  for (const name in headers) if (name.startsWith('impersonate-')) return true
  return false
}

const certificates = new WeakMap<object, Credentials['clientCertificate'] | null>()

function credentialsOf(request: IncomingMessage): Credentials {
  const { authorization } = request.headers
  const certificate = certificateOf(request.socket as TLSSocket)
  return {
    ...(authorization === undefined ? {} : { authorization }),
    ...(certificate === undefined ? {} : { clientCertificate: certificate })
  }
}

/** The verified subject of the connection's client certificate: asked once a connection. */
function certificateOf(socket: TLSSocket): Credentials['clientCertificate'] {
  const known = certificates.get(socket)
  if (known !== undefined) return known ?? undefined
  const peer = socket.authorized ? socket.getPeerCertificate() : undefined
  const certificate =
    peer?.subject === undefined
      ? null
      : {
          ...subjectOf(peer.subject as Parameters<typeof subjectOf>[0]),
          sha256: peer.fingerprint256.replaceAll(':', '').toLowerCase()
        }
  certificates.set(socket, certificate)
  return certificate ?? undefined
}

function attributesOf(request: IncomingMessage, path: ResourcePath, query: URLSearchParams): Attributes {
  const { group, plural: resource, subresource } = path
  const inNamespace = group === '' && resource === 'namespaces'
  const byField = path.name === '' ? /(?:^|,)metadata\.name==?([^,]+)/.exec(query.get('fieldSelector') ?? '')?.[1] : undefined
  const name = path.name || byField || ''
  const namespace = inNamespace ? path.name : (path.namespace ?? '')
  return { verb: verbOf(request, path, query), group, resource, subresource, namespace, name }
}

function verbOf({ method = 'GET' }: IncomingMessage, { name, subresource, watch }: ResourcePath, query: URLSearchParams): string {
  if (method === 'GET' || method === 'HEAD') {
    if (watch) return 'watch'
    if (name !== '') return 'get'
    return subresource === '' && booleanOf(query, 'watch') ? 'watch' : 'list'
  }
  if (method === 'DELETE') return name === '' ? 'deletecollection' : 'delete'
  return HTTP_VERBS[method] ?? method.toLowerCase()
}

function forbiddenFor(user: User, attributes: Attributes, reason: string, message = forbiddenMessage(user, attributes, reason)): ApiError {
  if ('path' in attributes) return failure(403, 'Forbidden', message, {})
  const { group, resource, name } = attributes
  return failure(403, 'Forbidden', message, { ...(name === '' ? {} : { name }), ...(group === '' ? {} : { group }), kind: resource })
}

/** Who gave no credentials is told so by a 403 that names anonymous, as the reference does with anonymous requests allowed. */
const unauthorizedOr = (user: User, attributes: Attributes, reason: string) => forbiddenFor(user, attributes, reason)

function statusOf(parts: ServerParts, error: unknown, request: IncomingMessage): ApiError['status'] {
  if (error instanceof ApiError) return error.status
  if (error instanceof PlainFailure) return internal(error.message).status
  if (error instanceof StoreError)
    return failure(error.code === 'full' ? 507 : 503, error.code === 'full' ? 'InsufficientStorage' : 'ServiceUnavailable', error.message)
      .status
  if (error instanceof RangeError && error.message.includes('call stack')) return badRequest('the object is nested too deeply').status
  if (['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE', 'ECONNABORTED'].includes((error as NodeJS.ErrnoException).code ?? ''))
    return badRequest('the client broke off the request').status
  if (['Z_DATA_ERROR', 'Z_BUF_ERROR'].includes((error as NodeJS.ErrnoException).code ?? '')) return badRequest('the body is no gzip').status
  parts.onDefect(error, `${request.method} ${request.url}`)
  return internal(errorText(error)).status
}

async function answerError(
  parts: ServerParts,
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
  warnings: readonly string[]
): Promise<void> {
  if (error instanceof PageNotFound && !response.headersSent) return send(request, response, PAGE_NOT_FOUND, warnings)
  if (error instanceof PlainFailure && !response.headersSent)
    return send(request, response, { ...PAGE_NOT_FOUND, status: 500, body: error.textFor(request.url ?? '/') }, warnings)
  const status = statusOf(parts, error, request)
  if (response.headersSent) {
    // A stream that has begun can only break.
    response.destroy()
    return
  }
  const seconds = status.details?.retryAfterSeconds
  const headers = {
    ...(seconds === undefined ? {} : { 'Retry-After': String(seconds) }),
    ...(status.code === 413 ? { Connection: 'close' } : {})
  }
  const code = status.code ?? 500
  const format = formatOfError(request.headers.accept)
  await send(request, response, { status: code, contentType: MEDIA[format], body: statusBody(status, format), headers }, warnings)
}

function statusBody(status: Status, format: Format): string | Buffer {
  if (format === 'protobuf') return encodeProtobuf(status)
  return format === 'yaml' ? writeYaml(status) : JSON.stringify(status)
}
