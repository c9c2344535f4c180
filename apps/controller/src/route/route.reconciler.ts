import {
  gatewayIngressClass,
  keyOf,
  leavingName,
  routeConditions,
  routes,
  serviceLabel,
  takenName,
  visibilityLabel,
  type Ingress,
  type Route,
  type RouteStatus
} from '@knative-ts/api'
import {
  again,
  type Clock,
  ensureOwned,
  equalJson,
  type EventRecorder,
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
import { giveUpCertificates } from '../certificate/give-up-certificates.ts'
import { followIngress, markNotConfigured } from '../ingress/follow-ingress.ts'
import { httpOptionOf } from '../ingress/http-option.ts'
import type { Objects } from '../objects.ts'
import type { Tracker } from '../reconciling/tracker.ts'
import { ingressClassOf, ingressOf } from './ingress-of.ts'
import { ensurePlaceholders } from './ensure-placeholders.ts'
import { dueIn, rolloutOf } from './rollout-of.ts'
import { HostError, hostNameOf, isLocalRoute, routeHostOf, urlOf, type RouteHost } from './route-hosts.ts'
import type { RouteSettings } from './route-settings.ts'
import { secureRoute } from './secure-route.ts'
import { trafficWorld } from './traffic-world.ts'

type Current = Route & { status: RouteStatus }
type Needed = Pick<Objects, 'configurations' | 'revisions' | 'services' | 'ingresses' | 'certificates'>

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
    const ingressClass = ingressClassOf(route, settings)
    if (route.status.observedGeneration !== route.metadata.generation) markNotConfigured(marks, ingressClass)
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
    const ingressClass = ingressClassOf(route, settings)
    const marks = new Marks(route.status, routeConditions)
    marks.true('AllTrafficAssigned')
    const keeping = { certificates: this.#objects.certificates, recorder: this.#with.recorder }
    const { tls, challenges, schemes, localTags, surplus } = await secureRoute(
      keeping,
      route,
      [...hosts.values()],
      settings,
      this.#objects.ingresses.get(keyOf(route))
    )
    const urlOfTag = (tag: string): string => {
      const host = hosts.get(tag) ?? this.#host(route, tag, settings)
      return urlOf(host, settings, host.visibility === 'ClusterLocal' && localTags.has(tag) ? 'https' : schemes.get(host.domain))
    }
    route.status.url = urlOfTag(defaultTag)
    const inside = localTags.has(defaultTag) ? 'https' : 'http'
    route.status.address = { url: `${inside}://${route.metadata.name}.${route.metadata.namespace}.svc.${settings.clusterDomain}` }
    const before = this.#objects.ingresses.get(keyOf(route))
    const now = clock.now()
    const step: Step = rolloutOf(route, groups, before, settings.network.rolloutDurationSeconds, now)
    route.status.traffic = trafficStatus(targets, urlOfTag, isInProgress(step.rollout) ? step.rollout : undefined)
    const httpOption = httpOptionOf(marks, route.metadata.annotations, settings.network)
    const desired = ingressOf(route, { groups, hosts, rollout: step.rollout, tls, challenges, httpOption }, settings)
    // What is known of the ingress before it answers spares the placeholders a second write.
    const known = ingressClass === gatewayIngressClass ? { privateLoadBalancer: privateLoadBalancer(settings.clusterDomain) } : {}
    const balancers = { ...known, ...before?.status }
    const [ingress, placed] = await Promise.allSettled([
      this.#ingress(route, desired),
      ensurePlaceholders(this.#objects, this.#with.recorder, route, hosts, balancers)
    ])
    if (ingress.status === 'fulfilled') followIngress(marks, ingress.value, ingressClass)
    if (isInProgress(step.rollout))
      marks.unknown('IngressReady', 'RolloutInProgress', 'A gradual rollout of the latest revision(s) is in progress.')
    for (const result of [placed, ingress]) {
      if (result.status !== 'rejected') continue
      if (result.reason instanceof NotOwnedError) markTaken(marks, result.reason)
      throw result.reason
    }
    if (ingress.status === 'fulfilled') await giveUpCertificates(keeping, surplus, ingress.value)
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
}

function markTaken(marks: Marks, { kind, child, former }: NotOwnedError): void {
  const what = kind === 'Service' ? 'placeholder Service' : kind
  if (former) marks.unknown('IngressReady', 'IngressNotConfigured', leavingName(what, child))
  else marks.false('IngressReady', 'NotOwned', takenName(what, child))
}
