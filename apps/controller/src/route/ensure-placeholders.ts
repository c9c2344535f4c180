import { keyOf, keyText, routes, type IngressStatus, type Route } from '@knative-ts/api'
import type { Service } from '@knative-ts/api/kubernetes'
import { containsJson, ensureOwned, equalJson, isControlledBy, type EventRecorder } from '@knative-ts/kube'
import type { Objects } from '../objects.ts'
import { mustBeRemade, placeholderOf, toDomain, toLoadBalancer } from './placeholder-of.ts'
import type { RouteHost } from './route-hosts.ts'

/** Index of Kubernetes Services: `namespace/route`. */
export const byRoute = 'route'

/** Where the ingress listens, as it said or as is known before it has. */
export type Balancers = Pick<IngressStatus, 'privateLoadBalancer' | 'publicLoadBalancer'>

type Needed = Pick<Objects, 'services'>

/** One placeholder Service a host; those of hosts that are gone are deleted. */
export async function ensurePlaceholders(
  objects: Needed,
  recorder: EventRecorder,
  route: Route,
  hosts: ReadonlyMap<string, RouteHost>,
  balancers: Balancers
): Promise<void> {
  const wanted = new Set([...hosts.values()].map(({ name }) => name))
  const mine = objects.services.byIndex(byRoute, keyText(keyOf(route)))
  const surplus = mine.filter((service) => !wanted.has(service.metadata.name ?? '') && isControlledBy(service, route))
  await Promise.all([
    ...surplus.map((service) => objects.services.delete(service)),
    ...[...hosts.values()].map((host) => ensurePlaceholder(objects, recorder, route, host, balancers))
  ])
}

async function ensurePlaceholder(
  objects: Needed,
  recorder: EventRecorder,
  route: Route,
  host: RouteHost,
  balancers: Balancers
): Promise<void> {
  const { privateLoadBalancer: inside, publicLoadBalancer: outside } = balancers
  const spec = toLoadBalancer((inside?.ingress?.length ?? 0) > 0 || host.visibility === 'ClusterLocal' ? inside : outside)
  const current = objects.services.get({ ...keyOf(route), name: host.name })
  // Until the ingress says where it listens a placeholder that exists stays as it is.
  const desired = placeholderOf(route, host.name, spec ?? current?.spec ?? toDomain(host.domain))
  if (current !== undefined && isControlledBy(current, route) && mustBeRemade(current, desired)) await objects.services.delete(current)
  const { action } = await ensureOwned(objects.services, route, routes, desired, (existing) => merged(existing, desired))
  if (action === 'created') recorder.record(route, 'Normal', 'Created', `Created placeholder service "${host.name}"`)
}

/** Labels and annotations of others (a user's visibility label) stay. */
function merged(current: Service, desired: Service): Service | undefined {
  const labels = { ...current.metadata.labels, ...desired.metadata.labels }
  const annotations = { ...current.metadata.annotations, ...desired.metadata.annotations }
  const same = equalJson([current.metadata.labels ?? {}, current.metadata.annotations ?? {}], [labels, annotations])
  if (same && containsJson(current.spec, desired.spec)) return undefined
  return { ...current, metadata: { ...current.metadata, labels, annotations }, spec: { ...current.spec, ...desired.spec } }
}
