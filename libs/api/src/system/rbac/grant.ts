import type * as k8s from '../../kubernetes/index.ts'

/** What a role is allowed, with what the rule of a role object cannot say: why it is there though no journey is seen to use it. */
export interface Grant {
  readonly group: string
  /** Plurals, with the subresource after a slash. */
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
  /** Only objects of these names. RBAC applies them to list and watch of one name too, and cannot apply them to create. */
  readonly names?: readonly string[]
  /**
   * Verbs that the API server's audit log need not show, each with the reason. A grant that is neither seen in the journeys on a cluster nor
   * excused here fails `e2e/cluster`.
   */
  readonly unseen?: Readonly<Record<string, string>>
}

/** One grant on resources of one API group. */
export const grant = (
  group: string,
  resources: readonly string[],
  verbs: readonly string[],
  more: Pick<Grant, 'names' | 'unseen'> = {}
): Grant => ({ group, resources, verbs, ...more })

/** The rules of a role object. */
export function policyRulesOf(grants: readonly Grant[]): k8s.PolicyRule[] {
  return grants.map(({ group, resources, verbs, names }) => ({
    apiGroups: [group],
    resources: [...resources],
    ...(names === undefined ? {} : { resourceNames: [...names] }),
    verbs: [...verbs]
  }))
}
