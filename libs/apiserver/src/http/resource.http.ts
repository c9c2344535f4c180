/** Serves requests about resources: the path, verb and body decide which handler runs. */
import type { KubeObject } from '@knative-ts/api'
import type { Call } from '../requests/call.ts'
import { create } from '../requests/create.ts'
import { removeCollection } from '../requests/delete-collection.ts'
import { remove } from '../requests/delete.ts'
import { get } from '../requests/get.ts'
import { list } from '../requests/list.ts'
import { put } from '../requests/put.ts'
import { selectionOf } from '../requests/selection.ts'
import { rulesFor } from '../builtin/rules.ts'
import type { ResourceType } from '../registry/resource-type.ts'
import { badRequest, forbidden, methodNotAllowed, noSuchPath } from './errors.ts'
import { answer, answerBody } from './answer.ts'
import { durationProblem } from './duration.ts'
import type { Exchange } from './exchange.ts'
import { askedOf, negotiate, negotiateWatch } from './negotiation.ts'
import { listBody } from './representation.ts'
import { PageNotFound } from './page-not-found.ts'
import type { ResourcePath } from './request-path.ts'
import { serveReview, isReview } from './review.http.ts'
import type { ServerParts } from './server-parts.ts'
import { serveSubresource } from './subresource.http.ts'
import { serveWatch } from './watch.http.ts'
import { readDeleteOptions, readObject, servePatch } from './write-body.ts'
import { writeOptionsOf } from './write-options.ts'
import { booleanOf } from './query.ts'

/** Subresources whose answer is no object. */
const STREAMS = ['log', 'exec', 'attach', 'portforward', 'proxy']

/** The type behind a path; throws 404 when nothing is served there. */
function typeAt(parts: ServerParts, path: ResourcePath): ResourceType {
  const type = parts.world.registry.lookup(path.group, path.version, path.plural)
  if (type === undefined && isNobodys(parts, path)) throw new PageNotFound()
  if (type === undefined || path.surplus) throw noSuchPath()
  if (path.namespace === '' && type.namespaced) throw badRequest('Namespace parameter required.')
  if (path.namespace !== undefined && !type.namespaced) throw type.custom === undefined ? noSuchPath() : new PageNotFound()
  if (path.namespace === undefined && type.namespaced && path.name !== '') throw noSuchPath()
  return type
}

/** Groups of nobody's, and those of definitions, are the router's to refuse. */
function isNobodys({ world }: ServerParts, { group }: ResourcePath): boolean {
  return group !== '' && !world.registry.types().some((type) => type.custom === undefined && type.group === group)
}

const isRead = (method: string | undefined) => method === 'GET'

/** Every request that ends by itself may say how long it waits; here all of them end soon. */
function checkTimeout({ query }: Exchange): void {
  const timeout = query.get('timeout')
  const problem = timeout ? durationProblem(timeout) : undefined
  if (problem !== undefined && !booleanOf(query, 'watch')) throw badRequest(`invalid timeout specified in the request URL - ${problem}`)
}

/** Runs a request whose user may do what it asks. */
export async function serveResource(parts: ServerParts, exchange: Exchange, path: ResourcePath): Promise<void> {
  checkTimeout(exchange)
  const type = typeAt(parts, path)
  const call = callOf(exchange, type, path)
  const { deprecation } = rulesFor(type)
  if (deprecation !== undefined) call.warn(deprecation)
  if (type.custom?.deprecation !== undefined) call.warn(type.custom.deprecation)
  // Before anything is written: what cannot be answered is not done.
  if (!STREAMS.includes(path.subresource))
    negotiate(exchange.request.headers.accept, { ...askedOf(type), collection: path.name === '' && isRead(exchange.request.method) })
  if (path.subresource !== '') return serveSubresource(parts, exchange, call)
  const { response } = exchange
  if (response === undefined) throw badRequest('this path does not take upgrades')
  if (isReview(type)) return serveReview(parts, exchange, call)
  const method = exchange.request.method ?? 'GET'
  if (path.watch && method !== 'GET') throw methodNotAllowed()
  if (call.name === '' || path.watch) return serveCollection(parts, exchange, { ...call, name: '' }, method)
  return serveObject(parts, exchange, call, method)
}

function callOf(exchange: Exchange, type: ResourceType, path: ResourcePath): Call {
  return {
    type,
    user: exchange.user,
    namespace: path.namespace ?? '',
    name: path.name,
    subresource: path.subresource,
    dryRun: false,
    manager: '',
    validation: 'Warn',
    // A write that is decided again warns again: once is enough.
    warn: (text) => {
      if (!exchange.warnings.includes(text)) exchange.warnings.push(text)
    }
  }
}

async function serveCollection(parts: ServerParts, exchange: Exchange, call: Call, method: string): Promise<void> {
  const { query } = exchange
  const { world } = parts
  switch (method) {
    case 'GET': {
      const asked = { ...askedOf(call.type), collection: true }
      const representation = negotiate(exchange.request.headers.accept, asked)
      const selection = selectionOf(world, call, query)
      if (query.has('watch') && booleanOf(query, 'watch')) {
        const { request, response } = exchange
        if (response === undefined) throw badRequest('a watch is no upgrade')
        if (!call.type.verbs.includes('watch')) throw methodNotAllowed()
        const streamed = negotiateWatch(request.headers.accept, asked)
        const { closing, watchLimits: limits } = parts
        return serveWatch(world, call, { request, response, query, selection, representation: streamed, closing, limits })
      }
      if (!call.type.verbs.includes('list')) throw methodNotAllowed()
      const body = await world.conversions.with(() => listBody(world, call, list(world, call, query, selection), representation, query))
      return answerBody(exchange, 200, body, representation.format)
    }
    case 'POST': {
      if (!call.type.verbs.includes('create') || (call.type.namespaced && call.namespace === '')) throw methodNotAllowed()
      const writing = { ...call, ...writeOptionsOf('CreateOptions', query, exchange.request.headers['user-agent']) }
      const { object, problems } = await readObject(exchange, writing)
      if (call.type.custom !== undefined && world.customTypes.isLeaving(call.type.custom.crdName)) {
        throw forbidden(call.type, object.metadata.name ?? '', 'create not allowed while custom resource definition is terminating')
      }
      return answer(parts, exchange, writing, 201, await create(world, writing, object, problems))
    }
    case 'DELETE': {
      if (!call.type.verbs.includes('deletecollection') || (call.type.namespaced && call.namespace === '')) throw methodNotAllowed()
      const asked = { ...askedOf(call.type), collection: true }
      const representation = negotiate(exchange.request.headers.accept, asked)
      const options = await readDeleteOptions(exchange)
      const deleting = { ...call, dryRun: options.dryRun === true, options: options.given ?? {} }
      const page = await removeCollection(world, deleting, query, selectionOf(world, call, query), options)
      const body = await world.conversions.with(() => listBody(world, call, page, representation, query))
      return answerBody(exchange, 200, body, representation.format)
    }
    default:
      throw methodNotAllowed()
  }
}

async function serveObject(parts: ServerParts, exchange: Exchange, call: Call, method: string): Promise<void> {
  const { query, request } = exchange
  const { world } = parts
  switch (method) {
    case 'GET':
      if (!call.type.verbs.includes('get')) throw methodNotAllowed()
      return answer(parts, exchange, call, 200, await world.conversions.with(() => get(world, call, query.get('resourceVersion'))))
    case 'PUT': {
      if (!call.type.verbs.includes('update')) throw methodNotAllowed()
      const writing = { ...call, ...writeOptionsOf('UpdateOptions', query, request.headers['user-agent']) }
      const { object, problems } = await readObject(exchange, writing)
      const { created, shown } = await put(world, writing, object, problems)
      return answer(parts, exchange, writing, created ? 201 : 200, shown)
    }
    case 'PATCH': {
      if (!call.type.verbs.includes('patch')) throw methodNotAllowed()
      const { created, shown, writing } = await servePatch(parts, exchange, call)
      return answer(parts, exchange, writing, created ? 201 : 200, shown)
    }
    case 'DELETE': {
      if (!call.type.verbs.includes('delete')) throw methodNotAllowed()
      const options = await readDeleteOptions(exchange)
      const deleting = { ...call, dryRun: options.dryRun === true, options: options.given ?? {} }
      const { gone, ...left } = await remove(world, deleting, options)
      return gone && !RETURNED.has(call.type.storage)
        ? answer(parts, exchange, call, 200, { object: goneStatus(call, left.object) })
        : answer(parts, exchange, call, 200, left)
    }
    default:
      throw methodNotAllowed()
  }
}

/** Kinds whose DELETE answers with the object. */
const RETURNED = new Set([
  '/pods',
  '/services',
  '/podtemplates',
  '/persistentvolumes',
  '/persistentvolumeclaims',
  '/resourcequotas',
  '/serviceaccounts'
])

const goneStatus = ({ type, name }: Call, { metadata }: KubeObject) =>
  ({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { name, ...(type.group === '' ? {} : { group: type.group }), kind: type.plural, uid: metadata.uid }
  }) as KubeObject
