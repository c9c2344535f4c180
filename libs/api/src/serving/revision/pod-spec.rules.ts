import type { FeaturesConfig, FlagName } from '../../config/features-config.ts'
import { dns1123SubdomainProblems } from '../../names/name-rules.ts'
import { disallowed, invalidValue, missing, under, type FieldError } from '../../validation/field-error.ts'
import { containersErrors, initContainersErrors } from './containers.rules.ts'
import { servedPort } from './port.rules.ts'
import type { RevisionSpec } from './revision.schema.ts'
import { podSecurityErrors, securityWarnings } from './security.rules.ts'
import { volumesErrors } from './volumes.rules.ts'

/** Fields of a PodSpec that a feature flag opens: Enabled and Allowed both do. */
const gated: readonly (readonly [field: keyof RevisionSpec, flag: FlagName])[] = [
  ['affinity', 'affinity'],
  ['topologySpreadConstraints', 'topologySpreadConstraints'],
  ['hostAliases', 'hostAliases'],
  ['nodeSelector', 'nodeSelector'],
  ['runtimeClassName', 'runtimeClassName'],
  ['tolerations', 'tolerations'],
  ['shareProcessNamespace', 'shareProcessNamespace'],
  ['priorityClassName', 'priorityClassName'],
  ['schedulerName', 'schedulerName'],
  ['initContainers', 'initContainers'],
  ['dnsPolicy', 'dnsPolicy'],
  ['dnsConfig', 'dnsConfig'],
  ['hostIPC', 'hostIPC'],
  ['hostPID', 'hostPID'],
  ['hostNetwork', 'hostNetwork']
]

/** What is wrong with the pod part of a revision. The rest of a PodSpec is pruned by the schema and never comes here. */
export function podSpecErrors(spec: RevisionSpec, features: FeaturesConfig): FieldError[] {
  const containers = spec.containers ?? []
  const initContainers = spec.initContainers ?? []
  const port = servedPort(containers)
  return [
    ...gateErrors(spec, features),
    ...under('securityContext', podSecurityErrors(spec.securityContext, features)),
    ...securityWarnings(spec, features),
    ...volumesErrors(spec.volumes ?? [], [...initContainers, ...containers], features),
    ...initContainersErrors(spec, features),
    ...(containers.length === 0 ? [missing('containers')] : containersErrors(spec, port, features)),
    ...accountErrors(spec.serviceAccountName ?? '')
  ]
}

function gateErrors(spec: RevisionSpec, features: FeaturesConfig): FieldError[] {
  const errors = gated
    .filter(([field, flag]) => spec[field] !== undefined && features[flag] === 'Disabled')
    .map(([field]) => disallowed(field))
  const securityContextIsClosed = features.securityContext === 'Disabled' && features.securePodDefaults === 'Disabled'
  if (spec.securityContext !== undefined && securityContextIsClosed) errors.push(disallowed('securityContext'))
  if (spec.automountServiceAccountToken === true) errors.push(disallowed('automountServiceAccountToken'))
  return errors
}

function accountErrors(name: string): FieldError[] {
  if (name === '') return []
  return dns1123SubdomainProblems(name).map((problem) => invalidValue(name, 'serviceAccountName', problem))
}
