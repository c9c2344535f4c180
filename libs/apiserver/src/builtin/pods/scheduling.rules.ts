/** Rules of tolerations, of topology spread, and of affinity between pods. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { duplicateValue, forbiddenField, invalidValue, required, type Cause } from '../../http/errors.ts'
import { each, named, optionalWord, Seen } from '../checks.ts'
import { labelKeyProblems, labelProblems, labelValueProblems } from '../names.ts'
import { checkSelector } from '../selector.rules.ts'

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']

export function checkTolerations(tolerations: readonly k8s.Toleration[] | undefined, field: string): Cause[] {
  return each(tolerations, field, ({ key = '', operator = '', value = '', effect = '', tolerationSeconds }, at) => {
    const causes: Cause[] = key === '' ? [] : named(`${at}.key`, key, labelKeyProblems)
    if (key === '' && operator !== 'Exists') {
      const why = 'operator must be Exists when `key` is empty, which means "match all values and all keys"'
      causes.push(invalidValue(`${at}.operator`, operator, why))
    }
    if (tolerationSeconds != null && effect !== 'NoExecute')
      causes.push(invalidValue(`${at}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"))
    if (operator === 'Equal' || operator === '') {
      const problems = labelValueProblems(value)
      if (problems.length > 0) causes.push(invalidValue(`${at}.operator`, value, problems.join(';')))
    } else if (operator !== 'Exists') causes.push(...optionalWord(`${at}.operator`, operator, ['Equal', 'Exists']))
    else if (value !== '') causes.push(invalidValue(`${at}.operator`, value, "value must be empty when `operator` is 'Exists'"))
    return effect === '' ? causes : [...causes, ...optionalWord(`${at}.effect`, effect, EFFECTS)]
  })
}

/** Taints of a node: unique by key and effect. */
export function checkTaints(taints: readonly k8s.Taint[] | undefined, field: string): Cause[] {
  const seen = new Set<string>()
  return each(taints, field, (taint, at) => {
    const { key = '', value = '', effect = '' } = taint
    const causes = named(`${at}.key`, key, labelKeyProblems)
    const problems = labelValueProblems(value)
    if (problems.length > 0) causes.push(invalidValue(`${at}.value`, value, problems.join(';')))
    if (effect === '') causes.push(required(`${at}.effect`))
    else causes.push(...optionalWord(`${at}.effect`, effect, EFFECTS))
    if (seen.has(`${effect} ${key}`)) {
      const again = duplicateValue(at, { Key: key, Value: value, Effect: effect, TimeAdded: taint.timeAdded ?? null })
      causes.push({ ...again, message: `${again.message}: taints must be unique by key and effect pair` })
    }
    seen.add(`${effect} ${key}`)
    return causes
  })
}

export function checkTopologySpread(constraints: readonly k8s.TopologySpreadConstraint[] | undefined, field: string): Cause[] {
  return each(constraints, field, (constraint, at) => {
    const { maxSkew = 0, topologyKey = '', whenUnsatisfiable = '', minDomains, labelSelector } = constraint
    const causes: Cause[] = maxSkew > 0 ? [] : [invalidValue(`${at}.maxSkew`, maxSkew, 'must be greater than zero')]
    if (topologyKey === '') causes.push(required(`${at}.topologyKey`, 'can not be empty'))
    causes.push(...optionalWord(`${at}.whenUnsatisfiable`, whenUnsatisfiable, ['DoNotSchedule', 'ScheduleAnyway']))
    const later = (constraints ?? []).slice((constraints ?? []).indexOf(constraint) + 1)
    if (later.some((one) => (one.topologyKey ?? '') === topologyKey && (one.whenUnsatisfiable ?? '') === whenUnsatisfiable))
      causes.push(duplicateValue(`${at}.{topologyKey, whenUnsatisfiable}`, `{${topologyKey}, ${whenUnsatisfiable}}`))
    if (minDomains != null) {
      if (minDomains <= 0) causes.push(invalidValue(`${at}.minDomains`, minDomains, 'must be greater than zero'))
      if (whenUnsatisfiable !== 'DoNotSchedule') {
        const why = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`
        causes.push(invalidValue(`${at}.minDomains`, minDomains, why))
      }
    }
    causes.push(...optionalWord(`${at}.nodeAffinityPolicy`, constraint.nodeAffinityPolicy, ['Honor', 'Ignore']))
    causes.push(...optionalWord(`${at}.nodeTaintsPolicy`, constraint.nodeTaintsPolicy, ['Honor', 'Ignore']))
    causes.push(...checkLabelKeys(at, constraint.matchLabelKeys, [], labelSelector))
    return [...causes, ...checkSelector(labelSelector, `${at}.labelSelector`)]
  })
}

function checkLabelKeys(
  field: string,
  match: readonly string[] | undefined,
  mismatch: readonly string[] | undefined,
  selector: k8s.LabelSelector | undefined
): Cause[] {
  const keys = (names: readonly string[] | undefined, at: string) => {
    if ((names ?? []).length === 0) return []
    if (selector == null) return [forbiddenField(at, 'must not be specified when labelSelector is not set')]
    return each(names, at, (name, place) => named(place, name, labelKeyProblems))
  }
  const causes = [...keys(match, `${field}.matchLabelKeys`), ...keys(mismatch, `${field}.mismatchLabelKeys`)]
  const known = new Seen()
  for (const key of Object.keys(selector?.matchLabels ?? {})) known.add(key)
  for (const { key } of selector?.matchExpressions ?? []) {
    const index = (match ?? []).indexOf(key)
    if (index >= 0 && known.has(key))
      causes.push(invalidValue(`${field}[${index}]`, key, 'exists in both matchLabelKeys and labelSelector'))
    known.add(key)
  }
  const both = each(match, `${field}.matchLabelKeys`, (key, at) =>
    mismatch?.includes(key) === true ? [invalidValue(at, key, 'exists in both matchLabelKeys and mismatchLabelKeys')] : []
  )
  return [...causes, ...both]
}

function checkTerm(term: k8s.PodAffinityTerm, field: string): Cause[] {
  const { topologyKey = '' } = term
  return [
    ...checkSelector(term.labelSelector, `${field}.labelSelector`),
    ...checkSelector(term.namespaceSelector, `${field}.namespaceSelector`),
    ...(term.namespaces ?? []).flatMap((name) => named(`${field}.namespace`, name, labelProblems)),
    ...checkLabelKeys(field, term.matchLabelKeys, term.mismatchLabelKeys, term.labelSelector),
    ...(topologyKey === '' ? [required(`${field}.topologyKey`, 'can not be empty')] : []),
    ...named(`${field}.topologyKey`, topologyKey, labelKeyProblems)
  ]
}

/** Affinity to, or against, other pods. */
export function checkPodAffinity(affinity: k8s.PodAffinity | k8s.PodAntiAffinity | undefined | null, field: string): Cause[] {
  if (affinity === undefined || affinity === null) return []
  return [
    ...each(affinity.requiredDuringSchedulingIgnoredDuringExecution, `${field}.requiredDuringSchedulingIgnoredDuringExecution`, checkTerm),
    ...each(
      affinity.preferredDuringSchedulingIgnoredDuringExecution,
      `${field}.preferredDuringSchedulingIgnoredDuringExecution`,
      (one, at) => [
        ...checkWeight(one.weight, at),
        ...checkTerm(one.podAffinityTerm ?? ({} as k8s.PodAffinityTerm), `${at}.podAffinityTerm`)
      ]
    )
  ]
}

/** How much a preference counts: 1 to 100. */
export const checkWeight = (weight: number | undefined, field: string): Cause[] =>
  (weight ?? 0) > 0 && (weight ?? 0) <= 100 ? [] : [invalidValue(`${field}.weight`, weight ?? 0, 'must be in the range 1-100')]
