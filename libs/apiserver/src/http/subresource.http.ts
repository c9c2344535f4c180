/** Serves `RESOURCE/NAME/SUBRESOURCE`. */
import type { KubeObject } from '@knative-ts/api'
import type * as k8s from '@knative-ts/api/kubernetes'
import { admitSubresource } from '../admission/subresource-admission.ts'
import type { Call } from '../requests/call.ts'
import { bindPod } from '../requests/binding.ts'
import { evict } from '../requests/eviction.ts'
import { finalizeNamespace } from '../requests/finalize.ts'
import { get } from '../requests/get.ts'
import { patched } from '../requests/patch.ts'
import { put } from '../requests/put.ts'
import { scaleOf, updateScale, type Scale } from '../requests/scale.ts'
import { requestToken } from '../requests/token.ts'
import { checkKind, decodeObject, decodeValue, mediaType, readBody } from './body.ts'
import { badRequest, failure, methodNotAllowed, noSuchPath, notFound, unsupportedMedia } from './errors.ts'
import { serveCommand } from './exec.http.ts'
import type { Exchange } from './exchange.ts'
import { serveLogs } from './logs.http.ts'
import { serveProxy } from './proxy.http.ts'
import { servePortForward } from './port-forward.http.ts'
import { answer } from './answer.ts'
import { connectOptions } from './connect-options.ts'
import { readObject, servePatch } from './write-body.ts'
import type { ServerParts } from './server-parts.ts'
import { writeOptionsOf } from './write-options.ts'

type Serve = (parts: ServerParts, exchange: Exchange, call: Call, method: string) => Promise<void>

const SCALE = { group: 'autoscaling', version: 'v1', kind: 'Scale' }

/** Throws 404 and 405 for what is not served. */
export async function serveSubresource(parts: ServerParts, exchange: Exchange, call: Call): Promise<void> {
  if (call.type.subresources.get(call.subresource) === undefined)
    throw call.type.custom === undefined ? noSuchPath() : notFound(call.type, call.name)
  const serve = BY_NAME[`${call.type.storage}/${call.subresource}`] ?? BY_NAME[call.subresource] ?? servePart
  await serve(parts, exchange, call, exchange.request.method ?? 'GET')
}

const BY_NAME: Readonly<Record<string, Serve>> = {
  scale: serveScale,
  '/pods/log': async (parts, exchange, call) => {
    const { response, query } = exchange
    if (response === undefined) throw badRequest('logs are no upgrade')
    await serveLogs(parts.podStreams(), podOf(parts, call), query, response)
  },
  '/pods/exec': (parts, exchange, call) => serveUpgrade(parts, exchange, call, false),
  '/pods/attach': (parts, exchange, call) => serveUpgrade(parts, exchange, call, true),
  '/pods/portforward': async (parts, exchange, call) => {
    await admitSubresource(parts.world, call, 'CONNECT', connectOptions('PodPortForwardOptions', exchange.query))
    servePortForward(parts.podStreams(), podOf(parts, call), exchange)
  },
  '/pods/eviction': onlyPost(async (parts, exchange, call) => {
    const { object } = await readOwn(exchange, call)
    return { object: await evict(parts.world, call, (await admitOwn(parts, call, object)) as k8s.Eviction) }
  }),
  '/pods/binding': onlyPost(async (parts, exchange, call) => {
    const { object } = await readOwn(exchange, call)
    return { object: await bindPod(parts.world, call, (await admitOwn(parts, call, object)) as k8s.Binding) }
  }),
  '/serviceaccounts/token': onlyPost(async (parts, exchange, call) => {
    const { object } = await readOwn(exchange, call)
    return { object: requestToken(parts.world, parts.tokens, call, (await admitOwn(parts, call, object)) as k8s.TokenRequest) }
  }),
  '/namespaces/finalize': async (parts, exchange, call, method) => {
    if (method !== 'PUT') throw methodNotAllowed()
    const writing = { ...call, ...writeOptionsOf('UpdateOptions', exchange.query, exchange.request.headers['user-agent']) }
    const { object, problems } = await readObject(exchange, writing)
    await answer(parts, exchange, writing, 200, await finalizeNamespace(parts.world, writing, object as k8s.Namespace, problems))
  },
  '/pods/proxy': (parts, exchange, call) => serveProxy(parts.world, exchange, call),
  '/services/proxy': (parts, exchange, call) => serveProxy(parts.world, exchange, call),
  '/nodes/proxy': notProxied
}

function notProxied(): Promise<void> {
  throw failure(501, 'NotImplemented', 'this server does not proxy to nodes: there is no kubelet that listens')
}

function podOf(parts: ServerParts, call: Call): k8s.Pod {
  return get(parts.world, { ...call, subresource: '' }).object as k8s.Pod
}

async function serveUpgrade(parts: ServerParts, exchange: Exchange, call: Call, attach: boolean): Promise<void> {
  const options = connectOptions(attach ? 'PodAttachOptions' : 'PodExecOptions', exchange.query)
  await admitSubresource(parts.world, call, 'CONNECT', options)
  serveCommand(parts.podStreams(), podOf(parts, call), exchange, attach)
}

/** A subresource that is asked once and answers with what came of it. */
function onlyPost(run: (parts: ServerParts, exchange: Exchange, call: Call) => Promise<{ object: KubeObject }>): Serve {
  return async (parts, exchange, call, method) => {
    if (method !== 'POST') throw methodNotAllowed()
    const writing = { ...call, ...writeOptionsOf('CreateOptions', exchange.query, exchange.request.headers['user-agent']) }
    await answer(parts, exchange, writing, 201, await run(parts, exchange, writing))
  }
}

/** Shows what is created beside the object to admission, placed where it belongs. A name of its own stays: whether it may have one is for its kind to say. */
function admitOwn(parts: ServerParts, call: Call, object: KubeObject): Promise<KubeObject> {
  const metadata = { ...object.metadata, name: object.metadata?.name || call.name, namespace: call.namespace }
  return admitSubresource(parts.world, call, 'CREATE', { ...object, metadata })
}

/** A body of the subresource's own kind. */
async function readOwn(exchange: Exchange, call: Call) {
  const kind = call.type.subresources.get(call.subresource)
  const bytes = await readBody(exchange.request)
  return decodeObject(
    bytes,
    mediaType(exchange.request.headers['content-type']),
    { group: '', version: 'v1', kind: call.subresource, ...kind },
    false
  )
}

/** `status` and other parts of the object itself. */
const servePart: Serve = async (parts, exchange, call, method) => {
  const { request, query } = exchange
  switch (method) {
    case 'GET':
    case 'HEAD':
      return answer(
        parts,
        exchange,
        call,
        200,
        await parts.world.conversions.with(() => get(parts.world, call, query.get('resourceVersion')))
      )
    case 'PUT': {
      const writing = { ...call, ...writeOptionsOf('UpdateOptions', query, request.headers['user-agent']) }
      const { object, problems } = await readObject(exchange, writing)
      return answer(parts, exchange, writing, 200, (await put(parts.world, writing, object, problems)).shown)
    }
    case 'PATCH': {
      const { shown, writing } = await servePatch(parts, exchange, call)
      return answer(parts, exchange, writing, 200, shown)
    }
    default:
      throw methodNotAllowed()
  }
}

async function serveScale(parts: ServerParts, exchange: Exchange, call: Call, method: string): Promise<void> {
  const { request, query } = exchange
  if (method === 'GET') {
    const { object } = await parts.world.conversions.with(() => get(parts.world, call))
    return answer(parts, exchange, call, 200, { object: scaleOf(call, object) })
  }
  const media = mediaType(request.headers['content-type'])
  if (method === 'PUT') {
    const writing = { ...call, ...writeOptionsOf('UpdateOptions', query, request.headers['user-agent']) }
    const { object } = decodeObject(await readBody(request), media, SCALE, false)
    return answer(parts, exchange, writing, 200, await updateScale(parts.world, writing, () => object as Scale))
  }
  if (method !== 'PATCH') throw methodNotAllowed()
  const isApply = media === 'application/apply-patch+yaml'
  const writing = { ...call, ...writeOptionsOf('PatchOptions', query, request.headers['user-agent'], isApply) }
  if (!media.endsWith('-patch+json') && !isApply)
    throw unsupportedMedia(['application/json-patch+json', 'application/merge-patch+json', 'application/apply-patch+yaml'])
  const patch = decodeValue(await readBody(request), isApply ? media : 'application/json', 'Scale', false).value
  // A Scale has no lists: strategic merge and apply come to the same as merge.
  const form = media === 'application/json-patch+json' ? media : 'application/merge-patch+json'
  const change = (scale: Scale) => checkKind(patched(writing, form, patch, scale) as object, SCALE) as Scale
  return answer(parts, exchange, writing, 200, await updateScale(parts.world, writing, change))
}
