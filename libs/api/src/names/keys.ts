/** Labels and annotations that are part of the API (reference: Knative Serving and Networking). */

const serving = 'serving.knative.dev/'
const networking = 'networking.knative.dev/'
const internal = 'networking.internal.knative.dev/'

/** Label: the Service that an object belongs to. */
export const serviceLabel = `${serving}service`
/** Label: uid of that Service. */
export const serviceUidLabel = `${serving}serviceUID`
/** Label: the Configuration that a revision comes from. */
export const configurationLabel = `${serving}configuration`
/** Label: uid of that Configuration. */
export const configurationUidLabel = `${serving}configurationUID`
/** Label: generation of the Configuration that a revision comes from. */
export const configurationGenerationLabel = `${serving}configurationGeneration`
/** Label: the revision that an object belongs to. */
export const revisionLabel = `${serving}revision`
/** Label: uid of that revision; the only label that selects pods. */
export const revisionUidLabel = `${serving}revisionUID`
/** Label: the Route that an object belongs to. */
export const routeLabel = `${serving}route`
/** Label on what belongs to a DomainMapping: its uid (on a Certificate, as upstream, its name). */
export const domainMappingUidLabel = `${serving}domainMappingUID`
/** Label: namespace of that DomainMapping. */
export const domainMappingNamespaceLabel = `${serving}domainMappingNamespace`
/** Label: namespace of that Route. */
export const routeNamespaceLabel = `${serving}routeNamespace`
/** Label on a revision: pending, active or reserve. */
export const routingStateLabel = `${serving}routingState`
/** Annotation on a revision: when its routing state last changed (RFC 3339). */
export const routingStateModifiedAnnotation = `${serving}routingStateModified`
/** Annotation on a Configuration or revision: Routes that lead to it, sorted, with commas between. */
export const routesAnnotation = `${serving}routes`
/** Label on a Deployment: hash of what it should be. */
export const deploymentHashLabel = `${serving}deployment-hash`
/** Annotation: the user who made the object. */
export const creatorAnnotation = `${serving}creator`
/** Annotation: the user who last changed the spec. */
export const lastModifierAnnotation = `${serving}lastModifier`
/** Annotation on a revision: "true" keeps it from garbage collection. */
export const noGcAnnotation = `${serving}no-gc`
/** Annotation of old clients; never handed on. */
export const lastPinnedAnnotation = `${serving}lastPinned`
/** Annotation on Service and Route: how long a new revision takes to get all traffic. First key that is there wins. */
export const rolloutDurationAnnotations = [`${serving}rollout-duration`, `${serving}rolloutDuration`] as const
/** Annotation on the template: how long a deployment may take. */
export const progressDeadlineAnnotations = [`${serving}progress-deadline`] as const

/** Prefix of the annotations that size the queue-proxy. */
export const queueSidecarPrefix = 'queue.sidecar.serving.knative.dev/'
/** Annotations on the template: quantities of the queue-proxy, by resource and side. */
export const queueSidecarResourceAnnotation = (resource: 'cpu' | 'memory' | 'ephemeral-storage', side: 'request' | 'limit'): string =>
  `${queueSidecarPrefix}${resource}-resource-${side}`
/** Annotation on the template (deprecated): the queue-proxy's share of the user container, in percent. */
export const queueSidecarPercentageAnnotations = [
  `${queueSidecarPrefix}resource-percentage`,
  `${queueSidecarPrefix}resourcePercentage`
] as const

/** Annotation on the template: `enabled` mounts pod information into the queue-proxy. */
export const queueProxyPodInfoAnnotation = 'features.knative.dev/queueproxy-podinfo'
/** Annotation on the template: `enabled` lets a request be answered while its body is still read. */
export const httpFullDuplexAnnotation = 'features.knative.dev/http-full-duplex'

/** Label on Service, Route and placeholder Services: `cluster-local` keeps it inside. */
export const visibilityLabel = `${networking}visibility`
/** Value of the visibility label. */
export const clusterLocal = 'cluster-local'
/** Annotation: which ingress serves. */
export const ingressClassAnnotations = [`${networking}ingress.class`, `${networking}ingress-class`] as const
/** Annotation: which certificate maker serves. */
export const certificateClassAnnotations = [`${networking}certificate.class`, `${networking}certificate-class`] as const
/** Annotation: true for no TLS on the external domain. */
export const disableExternalDomainTlsAnnotations = [
  `${networking}disableAutoTLS`,
  `${networking}disable-auto-tls`,
  `${networking}disable-external-domain-tls`
] as const
/** Annotation: enabled or redirected. */
export const httpProtocolAnnotations = [`${networking}httpOption`, `${networking}http-protocol`] as const
/** Label on a Certificate: what its names are, one of `certificateTypes`. */
export const certificateTypeLabel = `${networking}certificate-type`
/** What a Certificate is for: hosts of clients, hosts inside the cluster, the roles and revisions among themselves. */
export const certificateTypes = ['external-domain', 'cluster-local-domain', 'system-internal'] as const
/** Label on the Certificate of all hosts of a namespace: the domain that they end in. */
export const wildcardDomainLabel = `${networking}wildcardDomain`
/** The prefix of networking's own annotations; others under it are refused on a template. */
export const networkingPrefix = networking.slice(0, -1)
/** The networking annotations that a template may carry. */
export const networkingAnnotations: readonly string[] = [
  ...ingressClassAnnotations,
  ...certificateClassAnnotations,
  ...disableExternalDomainTlsAnnotations,
  ...httpProtocolAnnotations
]

/** Annotation on an Ingress: state of a gradual rollout, as JSON. */
export const rolloutAnnotation = `${internal}rollout`
/** Annotation on an Ingress: hosts by tag, as JSON. */
export const tagToHostAnnotation = `${internal}tag-to-host`
/** Label on a Secret: uid of the Certificate that it holds. */
export const certificateUidLabel = `${internal}certificate-uid`
/** Label on the Services of a revision: its ServerlessService. */
export const serverlessServiceLabel = `${internal}serverlessservice`
/** Label on the Services of a revision: Public or Private. */
export const serviceTypeLabel = `${internal}serviceType`

/** Label on Deployment and pods: the revision's name unless the user set it. */
export const appLabel = 'app'
/** Annotation on pods: the container that kubectl means by default. */
export const defaultContainerAnnotation = 'kubectl.kubernetes.io/default-container'

/** The value of the first of `keys` that the map has: new names come before old ones. */
export function firstOf(map: Readonly<Record<string, string>> | undefined, keys: readonly string[]): string | undefined {
  return firstEntryOf(map, keys)?.value
}

/** Key and value of the first of `keys` that the map has. */
export function firstEntryOf(
  map: Readonly<Record<string, string>> | undefined,
  keys: readonly string[]
): { readonly key: string; readonly value: string } | undefined {
  if (map === undefined) return undefined
  for (const key of keys) {
    const value = map[key]
    if (value !== undefined) return { key, value }
  }
  return undefined
}
