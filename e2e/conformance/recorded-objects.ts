/** Brings objects of two clusters into one form: what differs between any two runs is replaced, what the API server alone decides is dropped. */
import {
  configurations,
  images,
  ingresses,
  knativeServices,
  metrics,
  podAutoscalers,
  revisions,
  routes,
  serverlessServices,
  type KubeObject,
  type Resource
} from '@knative-ts/api'
import { deployments, services } from '@knative-ts/api/kubernetes'

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** Names and places that are an installation's own, ours first. */
export interface Replacement {
  readonly pattern: RegExp
  readonly by: string
}

/** What the platform makes of one Service: name in the recording, and resource. */
export const comparedKinds: readonly (readonly [string, Resource])[] = [
  ['serving.knative.dev/v1/services', knativeServices],
  ['serving.knative.dev/v1/configurations', configurations],
  ['serving.knative.dev/v1/revisions', revisions],
  ['serving.knative.dev/v1/routes', routes],
  ['autoscaling.internal.knative.dev/v1alpha1/podautoscalers', podAutoscalers],
  ['autoscaling.internal.knative.dev/v1alpha1/metrics', metrics],
  ['networking.internal.knative.dev/v1alpha1/serverlessservices', serverlessServices],
  ['networking.internal.knative.dev/v1alpha1/ingresses', ingresses],
  ['caching.internal.knative.dev/v1alpha1/images', images],
  ['apps/v1/deployments', deployments],
  ['v1/services', services]
]

/** Names of this installation, and of one namespace in it. */
export const oursIn = (namespace: string): readonly Replacement[] => [
  { pattern: /kubernetes-admin/g, by: 'admin' },
  { pattern: /gateway-internal\.knative-serving/g, by: 'INTERNAL' },
  { pattern: /gateway\.knative-serving/g, by: 'PUBLIC' },
  { pattern: /gateway\.ingress\.networking/g, by: 'CLASS.ingress.networking' },
  { pattern: /localhost:\d+/g, by: 'DOMAIN' },
  { pattern: /\.localhost/g, by: '.DOMAIN' },
  { pattern: /dev\.local\/knative-ts\/queue-proxy:[0-9.]+/g, by: 'QUEUE' },
  { pattern: new RegExp(`\\b${namespace}\\b`, 'g'), by: 'NAMESPACE' },
  { pattern: /10\.\d+\.\d+\.\d+/g, by: 'IP' },
  { pattern: /(-deployment-)[0-9a-z]{5,10}\b/g, by: '$1HASH' },
  { pattern: /"[0-9]{4}-[0-9-]+T[0-9:]+Z"|^[0-9]{4}-[0-9-]+T[0-9:]+Z$/g, by: 'T' }
]

/** Names of the installation that was recorded. */
export const theirs: readonly Replacement[] = [
  { pattern: /kourier-internal\.kourier-system/g, by: 'INTERNAL' },
  { pattern: /kourier\.kourier-system/g, by: 'PUBLIC' },
  { pattern: /kourier\.ingress\.networking/g, by: 'CLASS.ingress.networking' },
  { pattern: /example\.com/g, by: 'DOMAIN' },
  { pattern: /dev\.local\/queue:v1/g, by: 'QUEUE' },
  { pattern: /IP-\d+/g, by: 'IP' }
]

const byName = (objects: readonly KubeObject[]): KubeObject[] =>
  objects.toSorted((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1))

/** Everything in which two sets of objects of one kind differ; a path begins with the object's name. */
export function differencesOf(
  left: { readonly objects: readonly KubeObject[]; readonly replacements: readonly Replacement[] },
  right: { readonly objects: readonly KubeObject[]; readonly replacements: readonly Replacement[] }
): string[] {
  const [ours, recorded] = [left, right].map(({ objects, replacements }) => {
    const uids = new Map<string, string>()
    return new Map(
      byName(objects).map((object) => [object.metadata.name ?? '', normalised({ ...object, apiVersion: '', kind: '' }, uids, replacements)])
    )
  })
  const names = new Set([...(ours?.keys() ?? []), ...(recorded?.keys() ?? [])])
  return [...names].flatMap((name) => differences(ours?.get(name), recorded?.get(name), name))
}

const volatile = new Set(['resourceVersion', 'managedFields', 'creationTimestamp', 'lastTransitionTime', 'lastUpdateTime', 'selfLink'])

/** A copy with uids numbered by first sight, times and versions dropped, and `replacements` applied to every string. */
export function normalised(object: KubeObject, uids: Map<string, string>, replacements: readonly Replacement[]): Json {
  const walk = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(walk)
    if (typeof value === 'string') return text(value)
    if (value === null || typeof value !== 'object') return value
    return Object.fromEntries(
      Object.entries(value)
        .filter(([key]) => !volatile.has(key))
        // Uids are numbered by first sight, so both sides must be seen in one order.
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, inner]) => [text(key), walk(inner)])
    )
  }
  const text = (value: string): string => {
    const known = value.replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|UID-\d+/g, (uid) => {
      if (!uids.has(uid)) uids.set(uid, `<uid ${uids.size + 1}>`)
      return uids.get(uid) ?? uid
    })
    return replacements.reduce((seen, { pattern, by }) => seen.replaceAll(pattern, by), known)
  }
  return walk(JSON.parse(JSON.stringify(object)) as Json)
}

/** Paths at which two values differ, with both sides: the shortest description of what is not equal. */
export function differences(ours: Json | undefined, theirs: Json | undefined, path = ''): string[] {
  if (JSON.stringify(ours) === JSON.stringify(theirs)) return []
  if (Array.isArray(ours) && Array.isArray(theirs) && ours.length === theirs.length) {
    return ours.flatMap((value, index) => differences(value, theirs[index], `${path}[${index}]`))
  }
  if (isRecord(ours) && isRecord(theirs)) {
    const keys = new Set([...Object.keys(ours), ...Object.keys(theirs)])
    return [...keys].flatMap((key) => differences(ours[key], theirs[key], `${path}.${key}`))
  }
  return [`${path}: ${shown(ours)} instead of ${shown(theirs)}`]
}

const isRecord = (value: Json | undefined): value is { [key: string]: Json } =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

const shown = (value: Json | undefined): string => (value === undefined ? 'nothing' : JSON.stringify(value))
