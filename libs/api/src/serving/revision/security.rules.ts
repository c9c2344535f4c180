import type { PodSecurityContext } from '../../kubernetes/index.ts'
import type { FeaturesConfig } from '../../config/features-config.ts'
import { disallowed, generic, invalidValue, outOfBounds, under, underItem, warning, type FieldError } from '../../validation/field-error.ts'
import type { ContainerSecurityContext } from './container.schema.ts'
import type { RevisionSpec } from './revision.schema.ts'
import type { PodSecurity } from './security.defaults.ts'

const MAX_INT32 = 2 ** 31 - 1
const open = ['runAsUser', 'runAsGroup', 'runAsNonRoot', 'fsGroup', 'supplementalGroups', 'seccompProfile']
const containerOpen = [
  'capabilities',
  'readOnlyRootFilesystem',
  'runAsUser',
  'runAsGroup',
  'runAsNonRoot',
  'allowPrivilegeEscalation',
  'seccompProfile',
  'privileged'
]

const idErrors = (id: number | undefined, path: string): FieldError[] =>
  id !== undefined && (id < 0 || id > MAX_INT32) ? [outOfBounds(id, 0, MAX_INT32, path)] : []

/** What is wrong with the pod's security context. Hardened defaults alone open its seccomp profile only. */
export function podSecurityErrors(context: PodSecurityContext | undefined, features: FeaturesConfig): FieldError[] {
  if (context === undefined) return []
  const given = Object.keys(context)
  if (features.securityContext === 'Disabled') {
    const type = context.seccompProfile?.type
    const hardened = features.securePodDefaults !== 'Disabled' && (type === 'RuntimeDefault' || type === 'Unconfined')
    return given.filter((field) => !(hardened && field === 'seccompProfile')).map((field) => disallowed(field))
  }
  return [
    ...given.filter((field) => !open.includes(field)).map((field) => disallowed(field)),
    ...(['runAsUser', 'runAsGroup', 'fsGroup'] as const).flatMap((field) => idErrors(context[field], field)),
    ...(context.supplementalGroups ?? []).flatMap((group, index) => idErrors(group, `supplementalGroups[${index}]`))
  ]
}

/** What is wrong with a container's security context. */
export function containerSecurityErrors(context: ContainerSecurityContext | undefined, features: FeaturesConfig): FieldError[] {
  if (context === undefined) return []
  const errors = Object.keys(context)
    .filter((field) => !containerOpen.includes(field))
    .map((field) => disallowed(field))
  if (context.privileged === true) errors.push(disallowed('privileged'))
  const added = context.capabilities?.add ?? []
  if (added.length > 0 && !mayAdd(added, features)) errors.push(disallowed('capabilities.add'))
  return [...errors, ...idErrors(context.runAsUser, 'runAsUser'), ...idErrors(context.runAsGroup, 'runAsGroup')]
}

function mayAdd(added: readonly string[], features: FeaturesConfig): boolean {
  if (features.addCapabilities === 'Enabled') return true
  return features.securePodDefaults !== 'Disabled' && added.length === 1 && added[0] === 'NET_BIND_SERVICE'
}

const insecure = (path: string): FieldError =>
  generic('Kubernetes default value is insecure, Knative may default this to secure in a future release', path)

/** Where a template leaves a container to Kubernetes' open defaults. Paths are relative to the spec. */
export function securityWarnings(spec: RevisionSpec, features: FeaturesConfig): FieldError[] {
  if (features.securePodDefaults !== 'Disabled') return []
  const pod: PodSecurity = spec.securityContext ?? {}
  return (['initContainers', 'containers'] as const).flatMap((field) =>
    (spec[field] ?? []).flatMap((container, index) =>
      underItem(field, index, under('securityContext', warningsOf(container.securityContext ?? {}, pod)))
    )
  )
}

function warningsOf(context: ContainerSecurityContext, pod: PodSecurity): FieldError[] {
  const errors: FieldError[] = []
  if (pod.runAsNonRoot === undefined && context.runAsNonRoot === undefined) errors.push(insecure('runAsNonRoot'))
  if (context.allowPrivilegeEscalation === undefined) errors.push(insecure('allowPrivilegeEscalation'))
  if ((pod.seccompProfile?.type ?? '') === '') {
    if (context.seccompProfile === undefined) errors.push(insecure('seccompProfile'))
    else if (context.seccompProfile.type === '') errors.push(insecure('seccompProfile.type'))
  }
  const drop = context.capabilities?.drop
  if (context.capabilities === undefined) errors.push(insecure('capabilities'))
  else if (drop === undefined || drop.length === 0) errors.push(insecure('capabilities.drop'))
  else if (drop[0] === 'all') errors.push(invalidValue('all', 'capabilities.drop', "Must be spelled as 'ALL'"))
  return errors.map(warning)
}
