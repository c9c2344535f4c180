/** Rules of node selectors: in the affinity of pods, and of volumes. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { forbiddenField, invalidValue, required, type Cause } from '../../http/errors.ts'
import { each, named } from '../checks.ts'
import { labelKeyProblems, labelValueProblems, subdomainProblems } from '../names.ts'
import { checkWeight } from './scheduling.rules.ts'

export function checkNodeAffinity(affinity: k8s.NodeAffinity | undefined | null, field: string): Cause[] {
  if (affinity === undefined || affinity === null) return []
  const must = affinity.requiredDuringSchedulingIgnoredDuringExecution
  return [
    ...(must == null ? [] : checkNodeSelector(must, `${field}.requiredDuringSchedulingIgnoredDuringExecution`)),
    ...each(
      affinity.preferredDuringSchedulingIgnoredDuringExecution,
      `${field}.preferredDuringSchedulingIgnoredDuringExecution`,
      // A preference for what no node can have does no harm: values are not looked at.
      (one, at) => [...checkWeight(one.weight, at), ...checkTerm(one.preference ?? {}, `${at}.preference`, false)]
    )
  ]
}

export function checkNodeSelector(selector: k8s.NodeSelector, field: string): Cause[] {
  const at = `${field}.nodeSelectorTerms`
  if ((selector.nodeSelectorTerms ?? []).length === 0) return [required(at, 'must have at least one node selector term')]
  return each(selector.nodeSelectorTerms, at, (term, place) => checkTerm(term, place, true))
}

function checkTerm(term: k8s.NodeSelectorTerm, field: string, values: boolean): Cause[] {
  return [
    ...each(term.matchExpressions, `${field}.matchExpressions`, (one, at) => checkExpression(one, at, values)),
    ...each(term.matchFields, `${field}.matchFields`, checkField)
  ]
}

function checkExpression({ key = '', operator = '', values = [] }: k8s.NodeSelectorRequirement, field: string, judged: boolean): Cause[] {
  const causes: Cause[] = []
  const at = `${field}.values`
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) causes.push(required(at, "must be specified when `operator` is 'In' or 'NotIn'"))
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0) causes.push(forbiddenField(at, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"))
  } else if (operator === 'Gt' || operator === 'Lt') {
    if (values.length !== 1) causes.push(required(at, "must be specified single value when `operator` is 'Lt' or 'Gt'"))
  } else causes.push(invalidValue(`${field}.operator`, operator, 'not a valid selector operator'))
  causes.push(...named(`${field}.key`, key, labelKeyProblems))
  return judged ? [...causes, ...each(values, at, (value, place) => named(place, value, labelValueProblems))] : causes
}

function checkField({ key = '', operator = '', values = [] }: k8s.NodeSelectorRequirement, field: string): Cause[] {
  const causes: Cause[] = []
  if (operator !== 'In' && operator !== 'NotIn') causes.push(invalidValue(`${field}.operator`, operator, 'not a valid selector operator'))
  else if (values.length !== 1)
    causes.push(required(`${field}.values`, "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"))
  if (key !== 'metadata.name') return [...causes, invalidValue(`${field}.key`, key, 'not a valid field selector key')]
  return [...causes, ...each(values, `${field}.values`, (value, at) => named(at, value, subdomainProblems))]
}
