/** CustomResourceDefinition: names that follow from others, and the status that follows from the spec. */
import type * as k8s from '@knative-ts/api/kubernetes'
import type { KindRules } from '../builtin/kind-rules.ts'

export const DEFINITIONS = 'apiextensions.k8s.io/customresourcedefinitions'
/** Holds a definition until its instances are gone. */
export const CLEANUP_FINALIZER = 'customresourcecleanup.apiextensions.k8s.io'

export const definitionRules: KindRules<k8s.CustomResourceDefinition> = {
  generation: 'spec',
  defaults({ spec }) {
    if (spec === undefined) return
    const { names } = spec
    if (names?.kind) {
      names.singular ||= names.kind.toLowerCase()
      names.listKind ||= `${names.kind}List`
    }
    spec.conversion ??= { strategy: 'None' }
    if (spec.conversion.webhook?.clientConfig?.service != null) spec.conversion.webhook.clientConfig.service.port ??= 443
  },
  prepareCreate(definition, { now }) {
    definition.status = statusOf(definition, undefined, now)
  },
  prepareUpdate(definition, before) {
    definition.status = statusOf(
      definition,
      before.status,
      before.status?.conditions?.[0]?.lastTransitionTime ?? before.metadata.creationTimestamp ?? ''
    )
  }
}

/** Established at once: the types are served before the write is answered. */
function statusOf(
  { spec }: k8s.CustomResourceDefinition,
  before: k8s.CustomResourceDefinitionStatus | undefined,
  now: string
): k8s.CustomResourceDefinitionStatus {
  const storage = spec?.versions?.find((version) => version.storage)?.name
  const stored = new Set([...(before?.storedVersions ?? []), ...(storage === undefined ? [] : [storage])])
  const condition = (type: string, reason: string, message: string) =>
    before?.conditions?.find((one) => one.type === type) ?? { type, status: 'True', lastTransitionTime: now, reason, message }
  const others = (before?.conditions ?? []).filter(({ type }) => type !== 'NamesAccepted' && type !== 'Established')
  return {
    conditions: [
      condition('NamesAccepted', 'NoConflicts', 'no conflicts found'),
      condition('Established', 'InitialNamesAccepted', 'the initial names have been accepted'),
      ...others
    ],
    acceptedNames: structuredClone(spec?.names ?? { plural: '', kind: '' }),
    storedVersions: [...stored]
  }
}
