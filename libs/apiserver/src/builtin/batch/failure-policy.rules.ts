/** Rules of what a Job does about pods that fail. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { duplicateValue, invalidUntold, invalidValue, required, tooMany, unsupportedValue, type Cause } from '../../http/errors.ts'
import { each, named } from '../checks.ts'
import { labelKeyProblems } from '../names.ts'

const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore']
const OPERATORS = ['In', 'NotIn']
const STATES = ['False', 'True', 'Unknown']
const MOST_RULES = 20
const MOST_CODES = 255

export function checkFailurePolicy(spec: k8s.JobSpec, policy: k8s.PodFailurePolicy, field: string): Cause[] {
  const rules = policy.rules ?? []
  const { containers = [], initContainers = [] } = spec.template?.spec ?? {}
  const names = new Set([...containers, ...initContainers].map(({ name }) => name))
  const causes = rules.length > MOST_RULES ? [tooMany(`${field}.rules`, rules.length, MOST_RULES)] : []
  return [...causes, ...each(rules, `${field}.rules`, (rule, at) => checkRule(spec, rule, at, names))]
}

/** A word that has to be there; a missing one is told with all that are allowed. */
function listed(field: string, value: string | undefined, allowed: readonly string[]): Cause[] {
  if (!value) return [required(field, `valid values: [${allowed.map((one) => JSON.stringify(one)).join(' ')}]`)]
  return allowed.includes(value) ? [] : [unsupportedValue(field, value, allowed)]
}

function checkRule(spec: k8s.JobSpec, rule: k8s.PodFailurePolicyRule, field: string, names: ReadonlySet<string>): Cause[] {
  const { action, onExitCodes: codes, onPodConditions: conditions = [] } = rule
  const causes =
    action === 'FailIndex' && spec.backoffLimitPerIndex == null
      ? [invalidValue(`${field}.action`, action, 'requires the backoffLimitPerIndex to be set')]
      : listed(`${field}.action`, action, ACTIONS)
  if (codes != null) causes.push(...checkCodes(codes, `${field}.onExitCodes`, names))
  const at = `${field}.onPodConditions`
  if (conditions.length > MOST_RULES) causes.push(tooMany(at, conditions.length, MOST_RULES))
  causes.push(
    ...each(conditions, at, ({ type = '', status }, place) => [
      ...named(`${place}.type`, type, labelKeyProblems),
      ...listed(`${place}.status`, status, STATES)
    ])
  )
  if (codes != null && conditions.length > 0)
    causes.push(invalidUntold(field, 'specifying both OnExitCodes and OnPodConditions is not supported'))
  if (codes == null && conditions.length === 0)
    causes.push(invalidUntold(field, 'specifying one of OnExitCodes and OnPodConditions is required'))
  return causes
}

function checkCodes(codes: k8s.PodFailurePolicyOnExitCodesRequirement, field: string, names: ReadonlySet<string>): Cause[] {
  const { operator, containerName, values = [] } = codes
  const causes = listed(`${field}.operator`, operator, OPERATORS)
  if (containerName != null && !names.has(containerName)) {
    const why = 'must be one of the container or initContainer names in the pod template'
    causes.push(invalidValue(`${field}.containerName`, containerName, why))
  }
  const at = `${field}.values`
  if (values.length === 0) causes.push(invalidValue(at, codes.values ?? null, 'at least one value is required'))
  else if (values.length > MOST_CODES) causes.push(tooMany(at, values.length, MOST_CODES))
  values.forEach((code, index) => {
    if (operator === 'In' && code === 0) causes.push(invalidValue(`${at}[${index}]`, code, 'must not be 0 for the In operator'))
    if (values.indexOf(code) < index) causes.push(duplicateValue(`${at}[${index}]`, code))
  })
  if (values.some((code, index) => index > 0 && (values[index - 1] ?? 0) > code)) causes.push(invalidValue(at, values, 'must be ordered'))
  return causes
}
