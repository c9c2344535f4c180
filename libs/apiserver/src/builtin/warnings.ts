/** Warnings that several kinds share. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { labelProblems, labelValueProblems } from './names.ts'
import { isWhole } from './quantity.ts'

const OLD_NODE_LABELS: ReadonlyMap<string, string> = new Map([
  ['beta.kubernetes.io/arch', 'deprecated since v1.14; use "kubernetes.io/arch" instead'],
  ['beta.kubernetes.io/os', 'deprecated since v1.14; use "kubernetes.io/os" instead'],
  ['failure-domain.beta.kubernetes.io/region', 'deprecated since v1.17; use "topology.kubernetes.io/region" instead'],
  ['failure-domain.beta.kubernetes.io/zone', 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead'],
  ['beta.kubernetes.io/instance-type', 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead'],
  ['app.kubernetes.io/created-by', 'deprecated since v1.9'],
  ['scheduler.alpha.kubernetes.io/preferAvoidPods', 'deprecated since v1.22; use Taints and Tolerations instead']
])

/** A label of nodes that has another name now: `where` and the advice. */
export function nodeLabelWarning(where: string, key: string, between = ': '): string[] {
  const advice = OLD_NODE_LABELS.get(key)
  return advice === undefined ? [] : [`${where}${between}${advice}`]
}

/** Old labels in a term of a node selector, and values that no label can have when `values` says to look. */
export function nodeTermWarnings(term: k8s.NodeSelectorTerm | undefined, field: string, values: boolean): string[] {
  return (term?.matchExpressions ?? []).flatMap(({ key = '', values: all = [] }, index) => {
    const at = `${field}.matchExpressions[${index}]`
    const bad = values
      ? all.flatMap((value, place) => labelValueProblems(value).map((problem) => `${at}.values[${place}]: ${value} is invalid, ${problem}`))
      : []
    return [...nodeLabelWarning(`${at}.key: ${key} is`, key, ' '), ...bad]
  })
}

/** Claims for a part of a byte. */
export function claimSizeWarnings({ resources }: k8s.PersistentVolumeClaimSpec, field: string): string[] {
  return (['requests', 'limits'] as const).flatMap((part) => {
    const size = resources?.[part]?.['storage']
    if (size === undefined || isWhole(size)) return []
    return [`${field}.resources.${part}[storage]: fractional byte value ${JSON.stringify(size)} is invalid, must be an integer`]
  })
}

/** A name that its pods' host names are made of. `use` says what for. */
export function hostNameWarnings(name: string | undefined, use: string): string[] {
  const problems = labelProblems(name ?? '')
  if (problems.length === 0) return []
  return [
    `metadata.name: this is used in ${use}, which can result in surprising behavior; a DNS label is recommended: [${problems.join(' ')}]`
  ]
}
