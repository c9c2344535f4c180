/** What the server warns of in pods and templates that are fine: `k8s.io/kubernetes/pkg/api/pod/warnings.go`. */
import type { ObjectMeta } from '@knative-ts/api'
import type * as k8s from '@knative-ts/api/kubernetes'
import { addressWarnings } from '../address-warnings.ts'
import { isWhole } from '../quantity.ts'
import { claimSizeWarnings, nodeLabelWarning, nodeTermWarnings } from '../warnings.ts'
import { overlapWarnings } from './overlap-warnings.ts'
import { portNameWarnings, portWarnings } from './port-warnings.ts'

const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod'
const SECCOMP_CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/'
const NO_FIELD = 'non-functional in v1.27+; use the "seccompProfile" field instead'
const OLD_ANNOTATIONS: Readonly<Record<string, string>> = {
  'scheduler.alpha.kubernetes.io/critical-pod': 'non-functional in v1.16+; use the "priorityClassName" field instead',
  'security.alpha.kubernetes.io/sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
  'security.alpha.kubernetes.io/unsafe-sysctls': 'non-functional in v1.11+; use the "sysctls" field instead'
}
const OLD_VOLUMES: Readonly<Record<string, string>> = {
  photonPersistentDisk: 'deprecated in v1.11, non-functional in v1.16+',
  gitRepo: 'deprecated in v1.11, and disabled by default in v1.33+',
  scaleIO: 'deprecated in v1.16, non-functional in v1.22+',
  flocker: 'deprecated in v1.22, non-functional in v1.25+',
  storageOS: 'deprecated in v1.22, non-functional in v1.25+',
  quobyte: 'deprecated in v1.22, non-functional in v1.25+',
  glusterfs: 'deprecated in v1.25, non-functional in v1.26+',
  cephfs: 'deprecated in v1.28, non-functional in v1.31+',
  rbd: 'deprecated in v1.28, non-functional in v1.31+'
}
const UNSELECTED = 'a null labelSelector results in matching no pod'

interface Described {
  readonly metadata?: ObjectMeta
  readonly spec?: k8s.PodSpec
}

/** `field` is the path of the template with a dot behind it, or empty for a pod. */
export function podWarnings({ metadata, spec }: Described, field: string): string[] {
  if (spec === undefined) return []
  const annotations = metadata?.annotations ?? {}
  const at = `${field}spec`
  const containers = containersOf(spec, at)
  return [
    ...Object.keys(spec.nodeSelector ?? {}).flatMap((key) => nodeLabelWarning(`${at}.nodeSelector[${key}]`, key)),
    ...nodeAffinityWarnings(spec.affinity?.nodeAffinity, `${at}.affinity.nodeAffinity`),
    ...spreadWarnings(spec.topologySpreadConstraints ?? [], `${at}.topologySpreadConstraints`),
    ...Object.keys(OLD_ANNOTATIONS).flatMap((key) =>
      key in annotations ? [`${field}metadata.annotations[${key}]: ${OLD_ANNOTATIONS[key]}`] : []
    ),
    ...volumeWarnings(spec.volumes ?? [], `${at}.volumes`),
    ...overlapWarnings(spec.volumes ?? []),
    ...duplicateWarnings(spec.hostAliases ?? [], 'ip', `${at}.hostAliases`),
    ...duplicateWarnings(spec.imagePullSecrets ?? [], 'name', `${at}.imagePullSecrets`),
    ...(spec.imagePullSecrets ?? []).flatMap(({ name }, index) =>
      name ? [] : [`${at}.imagePullSecrets[${index}].name: invalid empty name ""`]
    ),
    ...fractionWarnings(spec.overhead, `${at}.overhead`),
    ...(spec.securityContext?.seccompProfile == null && SECCOMP_POD in annotations
      ? [`${field}metadata.annotations[${SECCOMP_POD}]: ${NO_FIELD}`]
      : []),
    ...containers.flatMap((one) => containerWarnings(one, annotations, field)),
    ...portWarnings(containers),
    ...portNameWarnings(containers),
    ...((spec.terminationGracePeriodSeconds ?? 0) < 0
      ? [`${at}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`]
      : []),
    ...affinityWarnings(spec.affinity?.podAffinity, `${at}.affinity.podAffinity`),
    ...affinityWarnings(spec.affinity?.podAntiAffinity, `${at}.affinity.podAntiAffinity`),
    ...(spec.dnsConfig?.nameservers ?? []).flatMap((server, index) => addressWarnings(`${at}.dnsConfig.nameservers[${index}]`, server)),
    ...(spec.hostAliases ?? []).flatMap(({ ip }, index) => addressWarnings(`${at}.hostAliases[${index}].ip`, ip ?? ''))
  ]
}

/** A container and its path. */
export interface Placed {
  readonly container: k8s.Container
  readonly at: string
}

const containersOf = (spec: k8s.PodSpec, field: string): Placed[] =>
  (['initContainers', 'containers', 'ephemeralContainers'] as const).flatMap((list) =>
    (spec[list] ?? []).map((container, index) => ({ container: container as k8s.Container, at: `${field}.${list}[${index}]` }))
  )

function nodeAffinityWarnings(affinity: k8s.NodeAffinity | undefined, field: string): string[] {
  const must = affinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []
  const wish = affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []
  return [
    ...must.flatMap((term, index) =>
      nodeTermWarnings(term, `${field}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[${index}]`, false)
    ),
    ...wish.flatMap(({ preference }, index) =>
      nodeTermWarnings(preference, `${field}.preferredDuringSchedulingIgnoredDuringExecution[${index}].preference`, true)
    )
  ]
}

const spreadWarnings = (constraints: readonly k8s.TopologySpreadConstraint[], field: string): string[] =>
  constraints.flatMap(({ topologyKey, labelSelector }, index) => [
    ...nodeLabelWarning(`${field}[${index}].topologyKey: ${topologyKey} is`, topologyKey ?? '', ' '),
    ...(labelSelector == null ? [`${field}[${index}].labelSelector: ${UNSELECTED}`] : [])
  ])

const volumeWarnings = (volumes: readonly k8s.Volume[], field: string): string[] =>
  volumes.flatMap((volume, index) => {
    const sources = volume as unknown as Readonly<Record<string, unknown>>
    const old = Object.keys(OLD_VOLUMES).flatMap((source) =>
      (sources[source] ?? sources[source.toLowerCase()]) == null ? [] : [`${field}[${index}].${source}: ${OLD_VOLUMES[source]}`]
    )
    const spec = volume.ephemeral?.volumeClaimTemplate?.spec
    return [...old, ...(spec == null ? [] : claimSizeWarnings(spec, `${field}[${index}].ephemeral.volumeClaimTemplate.spec`))]
  })

function duplicateWarnings<T extends object>(items: readonly T[], member: keyof T & string, field: string): string[] {
  return items.flatMap((item, index) =>
    items.findIndex((other) => other[member] === item[member]) < index
      ? [`${field}[${index}].${member}: duplicate ${member} ${JSON.stringify(item[member] ?? '')}`]
      : []
  )
}

const fractionWarnings = (amounts: Readonly<Record<string, string>> | undefined, field: string): string[] =>
  ['memory', 'ephemeral-storage'].flatMap((name) => {
    const value = amounts?.[name]
    return value === undefined || isWhole(value)
      ? []
      : [`${field}[${name}]: fractional byte value ${JSON.stringify(value)} is invalid, must be an integer`]
  })

function containerWarnings({ container, at }: Placed, annotations: Readonly<Record<string, string>>, field: string): string[] {
  const key = `${SECCOMP_CONTAINER}${container.name}`
  const { limits, requests } = container.resources ?? {}
  const found =
    container.securityContext?.seccompProfile == null && key in annotations ? [`${field}metadata.annotations[${key}]: ${NO_FIELD}`] : []
  for (const name of ['memory', 'ephemeral-storage']) {
    found.push(...fractionWarnings(only(limits, name), `${at}.resources.limits`))
    found.push(...fractionWarnings(only(requests, name), `${at}.resources.requests`))
  }
  const seen = new Set<string>()
  ;(container.env ?? []).forEach(({ name = '', value = '', valueFrom }, index) => {
    const reference = `$(${name})`
    // One that says what it replaces is no accident.
    const hides = valueFrom != null || value === reference || !value.includes(reference)
    if (seen.has(name) && hides)
      found.push(`${at}.env[${index}]: hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`)
    seen.add(name)
  })
  return found
}

const only = (amounts: Readonly<Record<string, string>> | undefined, name: string) =>
  amounts?.[name] === undefined ? undefined : { [name]: amounts[name] }

function affinityWarnings(affinity: k8s.PodAffinity | k8s.PodAntiAffinity | undefined, field: string): string[] {
  const must = affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []
  const wish = affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []
  const told = (term: k8s.PodAffinityTerm | undefined, at: string) =>
    term?.labelSelector == null ? [`${at}.labelSelector: ${UNSELECTED}`] : []
  return [
    ...must.flatMap((term, index) => told(term, `${field}.requiredDuringSchedulingIgnoredDuringExecution[${index}]`)),
    ...wish.flatMap(({ podAffinityTerm }, index) =>
      told(podAffinityTerm, `${field}.preferredDuringSchedulingIgnoredDuringExecution[${index}].podAffinityTerm`)
    )
  ]
}
