import { containerNameFrom } from '../../config/container-name.ts'
import type { DefaultsConfig } from '../../config/defaults-config.ts'
import type { Template } from '../../go/template/parse-template.ts'
import type { ObjectMeta } from '../../object.ts'
import type { AdmissionContext } from '../../validation/admission-context.ts'
import { withContainerDefaults } from './container.defaults.ts'
import { withNames } from './container-names.ts'
import type { Revision } from './revision.ts'
import type { RevisionSpec } from './revision.schema.ts'
import { withSecurityDefaults, type PodSecurity } from './security.defaults.ts'

/**
 * Fills in a Revision when it is made; afterwards its spec never changes. Neither does that of the stored one with which an update is compared: under
 * defaults that came later it would differ from the new one, and nobody could change as much as a label of it.
 */
export function defaultRevision(revision: Revision, context: AdmissionContext<Revision>): Revision {
  if (context.operation === 'UPDATE') return revision
  return { ...revision, spec: defaultRevisionSpec(revision.spec, revision.metadata, context) }
}

/** Fills in the spec of a revision or template. `parent` is the object that it stands in: container names may be made from it. */
export function defaultRevisionSpec(spec: RevisionSpec, parent: ObjectMeta, context: AdmissionContext): RevisionSpec {
  const { defaults, features } = context.config
  const pod: PodSecurity = spec.securityContext ?? {}
  const containers = spec.containers ?? []
  const given = new Set([...containers, ...(spec.initContainers ?? [])].map(({ name }) => name ?? ''))
  const initContainers = withNames(spec.initContainers ?? [], given, nameFrom(defaults.initContainerNameTemplate, parent))
  const taken = new Set([...given, ...initContainers.map(({ name }) => name ?? '')])
  const named = withNames(containers, taken, nameFrom(defaults.containerNameTemplate, parent))
  const result: RevisionSpec = { ...spec, ...limitsOf(spec, defaults) }
  if (spec.containers !== null) {
    result.containers = named
      .map((container) => withContainerDefaults(container, named.length, spec.volumes ?? [], defaults))
      .map((container) => withSecurityDefaults(container, pod, features.securePodDefaults))
  }
  if (spec.initContainers !== undefined) {
    result.initContainers = initContainers.map((container) => withSecurityDefaults(container, pod, features.securePodDefaults))
  }
  const links = defaults.enableServiceLinks
  if (spec.enableServiceLinks === undefined && context.operation === 'CREATE' && links !== 'unset') result.enableServiceLinks = links
  return result
}

function limitsOf(spec: RevisionSpec, defaults: DefaultsConfig): Partial<RevisionSpec> {
  const timeoutSeconds = (spec.timeoutSeconds ?? 0) === 0 ? defaults.revisionTimeoutSeconds : spec.timeoutSeconds
  const shorter = (seconds: number): boolean => seconds !== 0 && seconds < (timeoutSeconds ?? 0)
  const limits: Partial<RevisionSpec> = { containerConcurrency: spec.containerConcurrency ?? defaults.containerConcurrency }
  if (timeoutSeconds !== undefined) limits.timeoutSeconds = timeoutSeconds
  const idle = defaults.revisionIdleTimeoutSeconds
  if (spec.idleTimeoutSeconds === undefined && shorter(idle)) limits.idleTimeoutSeconds = idle
  const start = defaults.revisionResponseStartTimeoutSeconds
  if (spec.responseStartTimeoutSeconds === undefined && shorter(start)) limits.responseStartTimeoutSeconds = start
  return limits
}

/** A template that config-defaults accepted can still fail on an object (a map without a key): then the name stays empty, and is refused. */
function nameFrom(template: Template, parent: ObjectMeta): string {
  const name = containerNameFrom(template, parent)
  return name.ok ? name.value : ''
}
