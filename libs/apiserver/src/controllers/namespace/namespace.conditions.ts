/** Conditions of a namespace on its way out. Reasons and messages: `k8s.io/kubernetes/pkg/controller/namespace/deletion`. */
import type { NamespaceCondition } from '@knative-ts/api/kubernetes'
import { secondTime } from '@knative-ts/kube'

/** What is left of one resource in the namespace. `resource` is `plural.group`, with the dot also when the group is empty. */
export interface Remainder {
  readonly resource: string
  readonly count: number
  readonly finalizers: Readonly<Record<string, number>>
}

interface Wanted {
  readonly type: string
  readonly bad: boolean
  readonly reason: string
  readonly message: string
}

export function deletionConditions(
  before: readonly NamespaceCondition[],
  remainders: readonly Remainder[],
  failure: string | undefined,
  now: number
): NamespaceCondition[] {
  const finalizers = new Map<string, number>()
  for (const remainder of remainders) {
    for (const [name, count] of Object.entries(remainder.finalizers)) finalizers.set(name, (finalizers.get(name) ?? 0) + count)
  }
  const remaining = remainders
    .map(({ resource, count }) => `${resource} has ${count} resource instances`)
    .sort()
    .join(', ')
  const waiting = [...finalizers]
    .map(([name, count]) => `${name} in ${count} resource instances`)
    .sort()
    .join(', ')
  const wanted: readonly Wanted[] = [
    {
      type: 'NamespaceDeletionDiscoveryFailure',
      bad: false,
      reason: 'ResourcesDiscovered',
      message: 'All resources successfully discovered'
    },
    {
      type: 'NamespaceDeletionGroupVersionParsingFailure',
      bad: false,
      reason: 'ParsedGroupVersions',
      message: 'All legacy kube types successfully parsed'
    },
    failure === undefined
      ? {
          type: 'NamespaceDeletionContentFailure',
          bad: false,
          reason: 'ContentDeleted',
          message: 'All content successfully deleted, may be waiting on finalization'
        }
      : {
          type: 'NamespaceDeletionContentFailure',
          bad: true,
          reason: 'ContentDeletionFailed',
          message: `Failed to delete all resource types, 1 remaining: ${failure}`
        },
    remaining === ''
      ? { type: 'NamespaceContentRemaining', bad: false, reason: 'ContentRemoved', message: 'All content successfully removed' }
      : {
          type: 'NamespaceContentRemaining',
          bad: true,
          reason: 'SomeResourcesRemain',
          message: `Some resources are remaining: ${remaining}`
        },
    waiting === ''
      ? {
          type: 'NamespaceFinalizersRemaining',
          bad: false,
          reason: 'ContentHasNoFinalizers',
          message: 'All content-preserving finalizers finished'
        }
      : {
          type: 'NamespaceFinalizersRemaining',
          bad: true,
          reason: 'SomeFinalizersRemain',
          message: `Some content in the namespace has finalizers remaining: ${waiting}`
        }
  ]
  return wanted.map(({ type, bad, reason, message }) => {
    const status = bad ? 'True' : 'False'
    const known = before.find((condition) => condition.type === type)
    const lastTransitionTime = known?.status === status ? (known.lastTransitionTime ?? secondTime(now)) : secondTime(now)
    return { type, status, lastTransitionTime, reason, message }
  })
}
