import {
  apiVersionOf,
  childName,
  firstOf,
  gatewayIngressClass,
  ingressClassAnnotations,
  certificateClassAnnotations,
  ingresses,
  rolloutAnnotation,
  routeLabel,
  routeNamespaceLabel,
  tagToHostAnnotation,
  type Http01Challenge,
  type Ingress,
  type IngressPath,
  type IngressRule,
  type IngressSplit,
  type IngressTls,
  type Route
} from '@knative-ts/api'
import { defaultTag, formatRollout, type RevisionTarget, type Rollout, type TargetGroups } from '@knative-ts/traffic'
import { challengePaths } from '../certificate/challenge-paths.ts'
import type { HttpOption } from '../ingress/http-option.ts'
import { lastAppliedAnnotation, without } from '../reconciling/without.ts'
import type { RouteHost } from './route-hosts.ts'
import type { RouteSettings } from './route-settings.ts'

/** The finalizer of the controller behind our ingress class. */
export const ingressFinalizer = 'ingresses.networking.internal.knative.dev'

/** What a Route's KIngress is made of. Hosts by tag; shares as the rollout has them now. */
export interface Routing {
  readonly groups: TargetGroups
  readonly hosts: ReadonlyMap<string, RouteHost>
  readonly rollout: Rollout
  /** Certificates that hosts show; none when absent. */
  readonly tls?: readonly IngressTls[]
  /** What authorities ask of hosts; nothing when absent. */
  readonly challenges?: readonly Http01Challenge[]
  readonly httpOption: HttpOption
}

const [classKey, otherClassKey] = ingressClassAnnotations

/** Which ingress serves a Route. */
export const ingressClassOf = (route: Route, settings: RouteSettings): string =>
  firstOf(route.metadata.annotations, ingressClassAnnotations) ?? settings.network.ingressClass

/** The KIngress of a Route. */
export function ingressOf(route: Route, routing: Routing, settings: RouteSettings): Ingress {
  const { name = '', namespace = '', labels, annotations } = route.metadata
  const ingressClass = ingressClassOf(route, settings)
  const notHandedOn: readonly string[] = [lastAppliedAnnotation, otherClassKey, certificateClassAnnotations[1]]
  const tags = tagToHost(routing.hosts)
  return {
    apiVersion: apiVersionOf(ingresses),
    kind: ingresses.kind,
    metadata: {
      name: childName(name, ''),
      namespace,
      labels: { ...labels, [routeLabel]: name, [routeNamespaceLabel]: namespace },
      annotations: {
        ...without(annotations, (key) => notHandedOn.includes(key)),
        [classKey]: ingressClass,
        [rolloutAnnotation]: formatRollout(routing.rollout),
        ...(tags === undefined ? {} : { [tagToHostAnnotation]: tags })
      },
      // Set at birth: saves the write that would add it.
      ...(ingressClass === gatewayIngressClass ? { finalizers: [ingressFinalizer] } : {})
    },
    spec: {
      ...routing.httpOption,
      ...((routing.tls ?? []).length === 0 ? {} : { tls: [...(routing.tls ?? [])] }),
      rules: [...routing.groups.keys()].flatMap((tag) => rulesOf(namespace, tag, routing, settings))
    }
  }
}

function tagToHost(hosts: ReadonlyMap<string, RouteHost>): string | undefined {
  const tagged = [...hosts.values()].filter(({ tag }) => tag !== defaultTag)
  if (tagged.length === 0) return undefined
  const entries = tagged.map(({ tag, local, domain, visibility }) => {
    const full = local.at(-1) ?? ''
    return [tag, visibility === 'ClusterLocal' ? [full] : [full, domain]] as const
  })
  return JSON.stringify(Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1))))
}

/** One rule for inside, and one for outside when the target is public. */
function rulesOf(namespace: string, tag: string, routing: Routing, settings: RouteSettings): IngressRule[] {
  const host = routing.hosts.get(tag)
  if (host === undefined) return []
  const paths = pathsOf(namespace, tag, routing, settings)
  const inside: IngressRule = { hosts: [...host.local], visibility: 'ClusterLocal', http: { paths } }
  if (host.visibility === 'ClusterLocal') return [inside]
  const asked = challengePaths(host.domain, routing.challenges ?? [])
  return [inside, { hosts: [host.domain], visibility: 'ExternalIP', http: { paths: [...asked, ...paths] } }]
}

function pathsOf(namespace: string, tag: string, routing: Routing, settings: RouteSettings): IngressPath[] {
  const main: IngressPath = { splits: splitsOf(namespace, tag, routing, settings) }
  if (!settings.tagHeaderBasedRouting) return [main]
  if (tag !== defaultTag) return [{ ...main, appendHeaders: { 'Knative-Serving-Tag': tag } }]
  const byHeader = [...routing.groups.keys()]
    .filter((other) => other !== defaultTag)
    .map((other): IngressPath => ({
      headers: { 'Knative-Serving-Tag': { exact: other } },
      splits: splitsOf(namespace, other, routing, settings)
    }))
  return [...byHeader, { ...main, appendHeaders: { 'Knative-Serving-Default-Route': 'true' } }]
}

function splitsOf(namespace: string, tag: string, { groups, rollout }: Routing, { network }: RouteSettings): IngressSplit[] {
  return (groups.get(tag) ?? []).flatMap((target) => {
    const moving = target.latest
      ? rollout.configurations.find((c) => (c.tag ?? defaultTag) === tag && c.configurationName === target.configuration)
      : undefined
    const shares =
      moving === undefined || moving.revisions.length < 2 ? [{ revisionName: target.revision, percent: target.percent }] : moving.revisions
    return shares
      .filter(({ percent }) => percent > 0)
      .map(({ revisionName, percent }) => splitOf(namespace, revisionName, percent, servicePortOf(target, network)))
  })
}

/** Over TLS the two sides agree on the protocol: one port is for both. */
const servicePortOf = ({ protocol }: RevisionTarget, { systemInternalTls }: RouteSettings['network']): number =>
  systemInternalTls ? 443 : protocol === 'h2c' ? 81 : 80

function splitOf(namespace: string, revision: string, percent: number, servicePort: number): IngressSplit {
  return {
    appendHeaders: { 'Knative-Serving-Namespace': namespace, 'Knative-Serving-Revision': revision },
    percent,
    serviceName: revision,
    serviceNamespace: namespace,
    servicePort
  }
}
