/** Selectors that say "as my own label": the server writes the value into them when the pod is made. */
import type * as k8s from '@knative-ts/api/kubernetes'

/** Completes the selectors of affinity and of topology spread. In place. */
export function applyLabelKeys({ metadata, spec }: k8s.Pod): void {
  const labels = metadata.labels ?? {}
  const { podAffinity, podAntiAffinity } = spec?.affinity ?? {}
  for (const affinity of [podAffinity, podAntiAffinity]) {
    const terms = [
      ...(affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ podAffinityTerm }) => podAffinityTerm),
      ...(affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [])
    ]
    for (const term of terms) {
      if (term === undefined) continue
      extend(term.labelSelector, term.matchLabelKeys, 'In', labels)
      extend(term.labelSelector, term.mismatchLabelKeys, 'NotIn', labels)
    }
  }
  for (const constraint of spec?.topologySpreadConstraints ?? []) extend(constraint.labelSelector, constraint.matchLabelKeys, 'In', labels)
}

// A selector that is not there selects nothing, and goes on doing so.
function extend(
  selector: k8s.LabelSelector | undefined | null,
  keys: readonly string[] | undefined,
  operator: string,
  labels: Readonly<Record<string, string>>
): void {
  if (selector === undefined || selector === null) return
  const added = (keys ?? []).flatMap((key) => {
    const value = labels[key]
    return value === undefined ? [] : [{ key, operator, values: [value] }]
  })
  if (added.length > 0) selector.matchExpressions = [...(selector.matchExpressions ?? []), ...added]
}
