/** The status of a CustomResourceDefinition: pure, from its spec, its last status and the other definitions. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { acceptNames } from './accepted-names.ts'

type Condition = k8s.CustomResourceDefinitionCondition

/** Whether instances are served. */
export const isEstablished = ({ status }: k8s.CustomResourceDefinition) =>
  status?.conditions?.some(({ type, status: value }) => type === 'Established' && value === 'True') === true

/**
 * Established as soon as all names are its own, and from then on whatever names it asks for: the types are served before the write is answered.
 * `now` in RFC 3339.
 */
export function statusOf(
  definition: k8s.CustomResourceDefinition,
  others: readonly k8s.CustomResourceDefinition[],
  now: string
): k8s.CustomResourceDefinitionStatus {
  const { spec, status: before } = definition
  const storage = spec?.versions?.find((version) => version.storage)?.name
  const stored = new Set([...(before?.storedVersions ?? []), ...(storage === undefined ? [] : [storage])])
  const { accepted, conflict } = acceptNames(definition, others)
  const condition = (type: string, value: 'True' | 'False', reason: string, message: string): Condition => {
    const last = before?.conditions?.find((one) => one.type === type)
    if (last?.status === value && last.reason === reason && last.message === message) return last
    return { type, status: value, lastTransitionTime: last?.status === value ? (last.lastTransitionTime ?? now) : now, reason, message }
  }
  const isServed = conflict === undefined || isEstablished(definition)
  return {
    conditions: [
      conflict === undefined
        ? condition('NamesAccepted', 'True', 'NoConflicts', 'no conflicts found')
        : condition('NamesAccepted', 'False', conflict.reason, conflict.message),
      isServed
        ? condition('Established', 'True', 'InitialNamesAccepted', 'the initial names have been accepted')
        : condition('Established', 'False', 'NotAccepted', 'not all names are accepted'),
      ...(before?.conditions ?? []).filter(({ type }) => type !== 'NamesAccepted' && type !== 'Established')
    ],
    acceptedNames: structuredClone(accepted),
    storedVersions: [...stored]
  }
}
