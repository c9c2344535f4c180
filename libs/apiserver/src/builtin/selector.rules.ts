/** Rules of label selectors: `k8s.io/apimachinery/pkg/apis/meta/v1/validation`. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { forbiddenField, invalidValue, required, type Cause } from '../http/errors.ts'
import { each, named } from './checks.ts'
import { checkLabels } from './metadata.rules.ts'
import { labelKeyProblems, labelValueProblems } from './names.ts'

const OPERATORS = ['In', 'NotIn', 'Exists', 'DoesNotExist']

/** A selector that may be left out. */
export function checkSelector(selector: k8s.LabelSelector | undefined | null, field: string): Cause[] {
  if (selector === undefined || selector === null) return []
  return [
    ...checkLabels(selector.matchLabels, `${field}.matchLabels`),
    ...each(selector.matchExpressions, `${field}.matchExpressions`, checkRequirement)
  ]
}

function checkRequirement({ key = '', operator = '', values = [] }: k8s.LabelSelectorRequirement, field: string): Cause[] {
  const causes: Cause[] = []
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) causes.push(required(`${field}.values`, "must be specified when `operator` is 'In' or 'NotIn'"))
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0)
      causes.push(forbiddenField(`${field}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"))
  } else causes.push(invalidValue(`${field}.operator`, operator, 'not a valid selector operator'))
  return [
    ...causes,
    ...named(`${field}.key`, key, labelKeyProblems),
    ...each(values, `${field}.values`, (value, at) => named(at, value, labelValueProblems))
  ]
}

/** A map as Go prints it: by its keys. */
export const sorted = <T>(map: Readonly<Record<string, T>> | undefined): Readonly<Record<string, T>> | null =>
  map === undefined ? null : Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)))

/** A selector as refusals tell it. */
export function shownSelector(selector: k8s.LabelSelector | undefined | null): unknown {
  if (selector === undefined || selector === null) return null
  const { matchLabels, matchExpressions } = selector
  return {
    ...(Object.keys(matchLabels ?? {}).length > 0 && { matchLabels: sorted(matchLabels) }),
    ...((matchExpressions ?? []).length > 0 && {
      matchExpressions: matchExpressions?.map(({ key, operator, values }) => ({
        key,
        operator,
        ...((values ?? []).length > 0 && { values })
      }))
    })
  }
}

/** Whether the reference can make a selector of it at all. */
export function isSelector(selector: k8s.LabelSelector | undefined): boolean {
  const { matchLabels = {}, matchExpressions = [] } = selector ?? {}
  const values = [...Object.values(matchLabels), ...matchExpressions.flatMap(({ values: all = [] }) => all)]
  const keys = [...Object.keys(matchLabels), ...matchExpressions.map(({ key = '' }) => key)]
  return (
    keys.every((key) => labelKeyProblems(key).length === 0) &&
    values.every((value) => labelValueProblems(value).length === 0) &&
    matchExpressions.every(({ operator, values: all = [] }) => OPERATORS.includes(operator) && all.length > 0 === operator.endsWith('In'))
  )
}

/** Whether a selector names anything. */
export const isEmptySelector = ({ matchLabels, matchExpressions }: k8s.LabelSelector): boolean =>
  Object.keys(matchLabels ?? {}).length + (matchExpressions ?? []).length === 0
