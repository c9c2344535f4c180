/** The LimitRanger admission plugin: containers get the namespace's defaults, and what is too small or too large is refused with 403. */
import type { Container, LimitRange, LimitRangeItem, PersistentVolumeClaim, Pod } from '@knative-ts/api/kubernetes'
import type { KubeObject } from '@knative-ts/api'
import { storageOf } from '../builtin/rules.ts'
import { forbidden } from '../http/errors.ts'
import type { Call, World } from '../requests/call.ts'
import { amountOf, zero, type Amount, type Usage } from './amount.ts'
import { podResources } from './pod-resources.ts'

const annotation = 'kubernetes.io/limit-ranger'

type Quantities = Readonly<Record<string, string>>

/** Fills what the containers of a new pod leave out. In place. */
export function applyLimitDefaults(world: World, call: Call, pod: Pod): void {
  if (pod.spec === undefined) return
  const told: string[] = []
  for (const range of rangesOf(world, call)) {
    for (const item of (range.spec?.limits ?? []).filter(({ type }) => type === 'Container')) {
      const limits = { ...item.max, ...item.default }
      const requests = { ...item.min, ...limits, ...item.defaultRequest }
      for (const container of pod.spec.containers) told.push(...fill(container, 'container', requests, limits))
      for (const container of pod.spec.initContainers ?? []) told.push(...fill(container, 'init container', requests, limits))
    }
  }
  if (told.length === 0) return
  pod.metadata.annotations = { ...pod.metadata.annotations, [annotation]: `LimitRanger plugin set: ${told.join('; ')}` }
}

/** Throws 403 that lists everything that is out of range. */
export function checkLimits(world: World, call: Call, object: KubeObject): void {
  const storage = storageOf(call.type)
  if (call.subresource !== '' || (storage !== '/pods' && storage !== '/persistentvolumeclaims')) return
  for (const range of rangesOf(world, call)) {
    const wrong = (range.spec?.limits ?? []).flatMap((item) => problemsOf(item, storage, object))
    if (wrong.length === 0) continue
    throw forbidden(call.type, object.metadata.name ?? '', wrong.length === 1 ? (wrong[0] ?? '') : `[${wrong.join(', ')}]`)
  }
}

function rangesOf(world: World, call: Call): LimitRange[] {
  return world.store.list('/limitranges', call.namespace).map(({ object }) => object as LimitRange)
}

function fill(container: Container, kind: string, requests: Quantities, limits: Quantities): string[] {
  container.resources ??= {}
  const told: string[] = []
  // Requests first: they come from the limits that the author gave where there are any.
  for (const [part, defaults] of [
    ['requests', requests],
    ['limits', limits]
  ] as const) {
    const present = container.resources[part] ?? {}
    const missing = Object.keys(defaults)
      .filter((name) => present[name] === undefined)
      .sort()
    if (missing.length === 0) continue
    container.resources[part] = { ...present, ...Object.fromEntries(missing.map((name) => [name, defaults[name] ?? ''])) }
    told.push(`${missing.join(', ')} ${part.slice(0, -1)} for ${kind} ${container.name}`)
  }
  return told
}

function problemsOf(item: LimitRangeItem, storage: string, object: KubeObject): string[] {
  if (storage === '/persistentvolumeclaims') {
    const requests = (object as PersistentVolumeClaim).spec?.resources?.requests ?? {}
    return item.type === 'PersistentVolumeClaim' ? bounds(item, usage(requests), usage(requests)) : []
  }
  const { spec } = object as Pod
  if (item.type === 'Pod') return bounds(item, podResources(spec, 'requests'), podResources(spec, 'limits'))
  if (item.type !== 'Container') return []
  return [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].flatMap(({ resources }) =>
    bounds(item, usage(resources?.requests ?? {}), usage(resources?.limits ?? {}))
  )
}

const usage = (list: Quantities): Usage => Object.fromEntries(Object.entries(list).map(([name, text]) => [name, amountOf(text)]))

function bounds(item: LimitRangeItem, requests: Usage, limits: Usage): string[] {
  const found: string[] = []
  const isClaim = item.type === 'PersistentVolumeClaim'
  for (const [name, least] of Object.entries(item.min ?? {})) {
    const [request, limit] = [requests[name], limits[name]]
    const rule = `minimum ${name} usage per ${item.type} is ${least}`
    if (request === undefined) found.push(`${rule}.  No request is specified`)
    else if (request.milli < amountOf(least).milli) found.push(`${rule}, but request is ${shown(request)}`)
    else if (limit !== undefined && limit.milli < amountOf(least).milli) found.push(`${rule}, but limit is ${shown(limit)}`)
  }
  for (const [name, most] of Object.entries(item.max ?? {})) {
    const [request, limit] = [requests[name], limits[name]]
    const rule = `maximum ${name} usage per ${item.type} is ${most}`
    if (limit === undefined) found.push(`${rule}.  No limit is specified`)
    else if (limit.milli > amountOf(most).milli) found.push(`${rule}, but ${isClaim ? 'request' : 'limit'} is ${shown(limit)}`)
    else if ((request ?? zero).milli > amountOf(most).milli) found.push(`${rule}, but request is ${shown(request ?? zero)}`)
  }
  for (const [name, most] of Object.entries(item.maxLimitRequestRatio ?? {})) {
    const [request, limit] = [requests[name] ?? zero, limits[name] ?? zero]
    const rule = `${name} max limit to request ratio per ${item.type} is ${most}`
    const ratio = Number(limit.milli) / Number(request.milli)
    if (request.milli === 0n) found.push(`${rule}, but no request is specified or request is 0`)
    else if (limit.milli === 0n) found.push(`${rule}, but no limit is specified or limit is 0`)
    else if (ratio > Number(amountOf(most).milli) / 1000) found.push(`${rule}, but provided ratio is ${ratio.toFixed(6)}`)
  }
  return found
}

/** Kubernetes prints what it measured here as a bare number, with `m` for fractions. */
function shown({ milli }: Amount): string {
  return milli % 1000n === 0n ? String(milli / 1000n) : `${milli}m`
}
