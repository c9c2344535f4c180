import type { FeaturesConfig } from '../../config/features-config.ts'
import { generic, under, underItem, type FieldError } from '../../validation/field-error.ts'
import { containerErrors } from './container.rules.ts'
import type { Container } from './container.schema.ts'
import { portCountErrors, type ServedPort } from './port.rules.ts'
import { probeErrors, readinessProbeErrors, sidecarProbeErrors } from './probe.rules.ts'
import type { RevisionSpec } from './revision.schema.ts'

/** What is wrong with the containers. One of several is the one with a port; the others are sidecars. */
export function containersErrors(spec: RevisionSpec, port: ServedPort, features: FeaturesConfig): FieldError[] {
  const containers = spec.containers
  if (containers.length > 1 && features.multiContainer !== 'Enabled') {
    return [...portCountErrors(containers), generic(`multi-container is off, but found ${containers.length} containers`)]
  }
  const initNames = features.initContainers === 'Enabled' ? (spec.initContainers ?? []).map(({ name }) => name ?? '') : []
  return [
    ...portCountErrors(containers),
    ...duplicateNames(containers, 'containers', initNames),
    ...containers.flatMap((container, index) => {
      const serves = containers.length === 1 || (container.ports ?? []).length > 0
      const errors = serves ? servingErrors(container, spec, port, features) : sidecarErrors(container, spec, features)
      return underItem('containers', index, errors)
    })
  ]
}

/** What is wrong with the init containers. */
export function initContainersErrors(spec: RevisionSpec, features: FeaturesConfig): FieldError[] {
  const containers = spec.initContainers ?? []
  if (containers.length === 0) return []
  if (features.initContainers !== 'Enabled') {
    return [generic(`pod spec support for init-containers is off, but found ${containers.length} init containers`)]
  }
  return [
    ...duplicateNames(containers, 'initContainers', []),
    ...containers.flatMap((container, index) => underItem('initContainers', index, initErrors(container, spec, features)))
  ]
}

function servingErrors(container: Container, spec: RevisionSpec, port: ServedPort, features: FeaturesConfig): FieldError[] {
  return [
    ...containerErrors(container, spec, features, 'serving'),
    ...under('livenessProbe', probeErrors(container.livenessProbe, port)),
    ...under('startupProbe', probeErrors(container.startupProbe, port)),
    ...under('readinessProbe', readinessProbeErrors(container.readinessProbe, port))
  ]
}

function sidecarErrors(container: Container, spec: RevisionSpec, features: FeaturesConfig): FieldError[] {
  return [...containerErrors(container, spec, features, 'sidecar'), ...sidecarProbeErrors(container, features)]
}

function initErrors(container: Container, spec: RevisionSpec, features: FeaturesConfig): FieldError[] {
  const never = ['livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle'].filter((field) => Object.hasOwn(container, field))
  return [
    ...containerErrors(container, spec, features, 'init'),
    ...never.map((field) => generic('field not allowed in an init container', field))
  ]
}

function duplicateNames(containers: readonly Container[], field: string, taken: readonly string[]): FieldError[] {
  const seen = new Set(taken)
  return containers.flatMap(({ name = '' }, index) => {
    if (seen.has(name)) return [generic(`duplicate container name "${name}"`, `${field}[${index}].name`)]
    seen.add(name)
    return []
  })
}
