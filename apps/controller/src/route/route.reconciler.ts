import {
  gatewayIngressClass,
  keyOf,
  readyOf,
  routeConditions,
  routes,
  serviceLabel,
  visibilityLabel,
  type Ingress,
  type LoadBalancerStatus,
  type Route,
  type RouteStatus
} from '@knative-ts/api'
import type { Service } from '@knative-ts/api/kubernetes'
import {
  again,
  type Clock,
  containsJson,
  ensureOwned,
  equalJson,
  type EventRecorder,
  isControlledBy,
  Marks,
  NotOwnedError,
  type Outcome,
  settled
} from '@knative-ts/kube'
import {
  defaultTag,
  groupByHost,
  isInProgress,
  resolve,
  trafficStatus,
  type RevisionTarget,
  type Step,
  type TargetGroups
} from '@knative-ts/traffic'
import { privateLoadBalancer } from '../ingress/load-balancers.ts'
import type { Objects } from '../objects.ts'
import type { Tracker } from '../reconciling/tracker.ts'
import { ingressClassOf, ingressOf } from './ingress-of.ts'
import { mustBeRemade, placeholderOf, toDomain, toLoadBalancer } from './placeholder-of.ts'
import { dueIn, rolloutOf } from './rollout-of.ts'
import { HostError, hostNameOf, isLocalRoute, routeHostOf, urlOf, type RouteHost } from './route-hosts.ts'
import type { RouteSettings } from './route-settings.ts'
import { trafficWorld } from './traffic-world.ts'

type Current = Route & { status: RouteStatus }
type Needed = Pick<Objects, 'configurations' | 'revisions' | 'services' | 'ingresses'>

/** Index of Kubernetes Services: `namespace/route`. */
export const byRoute = 'route'

export interface RouteCollaborators {
  readonly recorder: EventRecorder
  readonly clock: Clock
  readonly settings: () => RouteSettings
  /** Told which Configurations and Revisions a Route speaks of. */
  readonly tracker: Tracker
}

/** A Route is one KIngress, and a Service a host that makes the host known inside the cluster. */
export class RouteReconciler {
  readonly #objects: Needed
  readonly #with: RouteCollaborators

  constructor(objects: Needed, collaborators: RouteCollaborators) {
    this.#objects = objects
    this.#with = collaborators
  }

  async reconcile(route: Current): Promise<Outcome> {
    const marks = new Marks(route.status, routeConditions)
    const settings = this.#with.settings()
    if (route.status.observedGeneration !== route.metadata.generation) markNotConfigured(marks)
    let hosts: ReadonlyMap<string, RouteHost>
    try {
      const own = this.#host(route, defaultTag, settings)
      route.status.url = urlOf(own, settings)
      const targets = this.#resolve(route, marks)
      if (targets === undefined) return settled
      const groups = groupByHost(targets)
      hosts = new Map([...groups.keys()].map((tag) => [tag, tag === defaultTag ? own : this.#host(route, tag, settings)]))
      return await this.#serve(route, targets, groups, hosts, settings)
    } catch (error) {
      if (!(error instanceof HostError)) throw error
      marks.false('AllTrafficAssigned', 'ErrorConfig', error.message)
      return settled
    }
  }

  #host(route: Current, tag: string, settings: RouteSettings): RouteHost {
    const placeholder = this.#objects.services.get({ ...keyOf(route), name: hostNameOf(route, tag, settings) })
    const local = isLocalRoute(route, settings) || (placeholder?.metadata.labels?.[visibilityLabel] ?? '') !== ''
    return routeHostOf(route, tag, local ? 'ClusterLocal' : 'ExternalIP', settings)
  }

  #resolve(route: Current, marks: Marks): readonly RevisionTarget[] | undefined {
    const resolution = resolve(
      route.spec.traffic ?? [],
      trafficWorld(this.#objects, keyOf(route)),
      route.metadata.labels?.[serviceLabel] ?? ''
    )
    this.#with.tracker.track(keyOf(route), resolution.referenced)
    if (resolution.kind === 'resolved') return resolution.targets
    const { status, reason, message } = resolution.problem
    if (status === 'False') marks.false('AllTrafficAssigned', reason, message)
    else marks.unknown('AllTrafficAssigned', reason, message)
    return undefined
  }

  async #serve(
    route: Current,
    targets: readonly RevisionTarget[],
    groups: TargetGroups,
    hosts: ReadonlyMap<string, RouteHost>,
    settings: RouteSettings
  ): Promise<Outcome> {
    const { clock } = this.#with
    const marks = new Marks(route.status, routeConditions)
    const urlOfTag = (tag: string): string => urlOf(hosts.get(tag) ?? this.#host(route, tag, settings), settings)
    marks.true('AllTrafficAssigned')
    marks.true('CertificateProvisioned', 'TLSNotEnabled', 'external-domain-tls is not enabled')
    route.status.address = { url: `http://${route.metadata.name}.${route.metadata.namespace}.svc.${settings.clusterDomain}` }
    const before = this.#objects.ingresses.get(keyOf(route))
    const now = clock.now()
    const step: Step = rolloutOf(route, groups, before, settings.network.rolloutDurationSeconds, now)
    route.status.traffic = trafficStatus(targets, urlOfTag, isInProgress(step.rollout) ? step.rollout : undefined)
    const desired = ingressOf(route, { groups, hosts, rollout: step.rollout }, settings)
    // What is known of the ingress before it answers spares the placeholders a second write.
    const guess = ingressClassOf(route, settings) === gatewayIngressClass ? privateLoadBalancer(settings.clusterDomain) : undefined
    const [ingress, placed] = await Promise.allSettled([this.#ingress(route, desired), this.#placeholders(route, hosts, before, guess)])
    if (ingress.status === 'fulfilled') followIngress(marks, ingress.value)
    if (isInProgress(step.rollout))
      marks.unknown('IngressReady', 'RolloutInProgress', 'A gradual rollout of the latest revision(s) is in progress.')
    for (const result of [placed, ingress]) {
      if (result.status !== 'rejected') continue
      if (result.reason instanceof NotOwnedError) marks.false('IngressReady', 'NotOwned', result.reason.message)
      throw result.reason
    }
    const wait = dueIn(step, now)
    return wait === undefined ? settled : again(wait)
  }

  async #ingress(route: Current, desired: Ingress): Promise<Ingress> {
    const { object, action } = await ensureOwned(this.#objects.ingresses, route, routes, desired, (current) => {
      const { labels = {}, annotations = {} } = desired.metadata
      const same = equalJson([current.spec, current.metadata.labels, current.metadata.annotations], [desired.spec, labels, annotations])
      return same ? undefined : { ...current, metadata: { ...current.metadata, labels, annotations }, spec: desired.spec }
    })
    if (action === 'created') this.#with.recorder.record(route, 'Normal', 'Created', `Created Ingress "${object.metadata.name}"`)
    return object
  }

  async #placeholders(
    route: Current,
    hosts: ReadonlyMap<string, RouteHost>,
    ingress: Ingress | undefined,
    guess: LoadBalancerStatus | undefined
  ): Promise<void> {
    const wanted = new Set([...hosts.values()].map(({ name }) => name))
    const mine = this.#objects.services.byIndex(byRoute, `${route.metadata.namespace}/${route.metadata.name}`)
    const surplus = mine.filter((service) => !wanted.has(service.metadata.name ?? '') && isControlledBy(service, route))
    await Promise.all([
      ...surplus.map((service) => this.#objects.services.delete(service)),
      ...[...hosts.values()].map((host) => this.#placeholder(route, host, ingress, guess))
    ])
  }

  async #placeholder(route: Current, host: RouteHost, ingress: Ingress | undefined, guess: LoadBalancerStatus | undefined): Promise<void> {
    const { privateLoadBalancer: inside, publicLoadBalancer: outside } = ingress?.status ?? {}
    const balancer = (inside?.ingress?.length ?? 0) > 0 || host.visibility === 'ClusterLocal' ? inside : outside
    const spec = toLoadBalancer(balancer) ?? toLoadBalancer(guess)
    const current = this.#objects.services.get({ ...keyOf(route), name: host.name })
    // Until the ingress says where it listens a placeholder that exists stays as it is.
    const desired = placeholderOf(route, host.name, spec ?? current?.spec ?? toDomain(host.domain))
    if (current !== undefined && isControlledBy(current, route) && mustBeRemade(current, desired))
      await this.#objects.services.delete(current)
    const { action } = await ensureOwned(this.#objects.services, route, routes, desired, (existing) => mergedPlaceholder(existing, desired))
    if (action === 'created') this.#with.recorder.record(route, 'Normal', 'Created', `Created placeholder service "${host.name}"`)
  }
}

/** Labels and annotations of others (a user's visibility label) stay. */
function mergedPlaceholder(current: Service, desired: Service): Service | undefined {
  const labels = { ...current.metadata.labels, ...desired.metadata.labels }
  const annotations = { ...current.metadata.annotations, ...desired.metadata.annotations }
  const same = equalJson([current.metadata.labels ?? {}, current.metadata.annotations ?? {}], [labels, annotations])
  if (same && containsJson(current.spec, desired.spec)) return undefined
  return { ...current, metadata: { ...current.metadata, labels, annotations }, spec: { ...current.spec, ...desired.spec } }
}

function markNotConfigured(marks: Marks): void {
  marks.unknown('IngressReady', 'IngressNotConfigured', 'Ingress has not yet been reconciled.')
}

function followIngress(marks: Marks, ingress: Ingress): void {
  if (ingress.status?.observedGeneration !== ingress.metadata.generation) markNotConfigured(marks)
  else marks.mirror('IngressReady', readyOf(ingress))
}
