/** Rules of what a Job runs: in Jobs, in templates of CronJobs. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { invalidValue, required, tooLong, tooMany, unsupportedValue, type Cause } from '../../http/errors.ts'
import { noneNegative, notNegative, optionalWord, subdomain } from '../checks.ts'
import { checkTemplate } from '../pods/template.rules.ts'
import { checkFailurePolicy } from './failure-policy.rules.ts'
import { indexesProblem } from './indexes.ts'

const MOST = 100_000
const MOST_AT_ONCE_OF_MANY = 10_000
const MOST_RULES = 20
const LONGEST_INDEXES = 64 * 1024

/** `field` is the path of the spec. */
export function checkJobSpec(spec: k8s.JobSpec | undefined, field: string): Cause[] {
  const at = (name: string) => `${field}.${name}`
  const causes = noneNegative(field, spec, [
    'parallelism',
    'completions',
    'activeDeadlineSeconds',
    'backoffLimit',
    'ttlSecondsAfterFinished',
    'backoffLimitPerIndex',
    'maxFailedIndexes'
  ])
  if (spec?.maxFailedIndexes != null && spec.backoffLimitPerIndex == null)
    causes.push(required(at('backoffLimitPerIndex'), 'when maxFailedIndexes is specified'))
  if (spec?.managedBy != null) causes.push(...checkManager(spec.managedBy, at('managedBy')))
  causes.push(...optionalWord(at('completionMode'), spec?.completionMode, ['NonIndexed', 'Indexed']))
  if (spec?.completionMode === 'Indexed') causes.push(...checkIndexed(spec, field))
  if (spec?.completionMode === undefined || spec.completionMode === 'NonIndexed') {
    for (const name of ['backoffLimitPerIndex', 'maxFailedIndexes'] as const) {
      const value = spec?.[name]
      if (value != null) causes.push(invalidValue(at(name), value, 'requires indexed completion mode'))
    }
  }
  if (spec?.podFailurePolicy != null) causes.push(...checkFailurePolicy(spec, spec.podFailurePolicy, at('podFailurePolicy')))
  if (spec?.successPolicy != null) causes.push(...checkSuccess(spec, spec.successPolicy, at('successPolicy')))
  causes.push(...checkReplacement(spec, at('podReplacementPolicy')), ...checkTemplate(spec?.template, at('template')))
  return [...causes, ...checkRestart(spec, at('template.spec.restartPolicy'))]
}

function checkManager(manager: string, field: string): Cause[] {
  const [, domain = '', path = ''] = /^([^/]*)\/(.*)$/s.exec(manager) ?? []
  const causes: Cause[] = []
  if (manager === '') causes.push(required(field))
  else if (domain === '' || path === '') causes.push(invalidValue(field, manager, 'must be a domain-prefixed path (such as "acme.io/foo")'))
  else {
    causes.push(...subdomain(field, domain))
    const form = String.raw`[A-Za-z0-9/\-._~%!$&'()*+,;=:]+`
    if (!/^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/.test(path))
      causes.push(invalidValue(field, path, `Invalid path (regex used for validation is '${form}')`))
  }
  return manager.length > 63 ? [...causes, tooLong(field, 63)] : causes
}

function checkIndexed(spec: k8s.JobSpec, field: string): Cause[] {
  const { completions, parallelism, maxFailedIndexes: failed, backoffLimitPerIndex } = spec
  const causes: Cause[] = []
  const refuse = (name: string, value: number, why: string) => causes.push(invalidValue(`${field}.${name}`, value, why))
  if (completions == null) causes.push(required(`${field}.completions`, 'when completion mode is Indexed'))
  if (parallelism != null && parallelism > MOST)
    refuse('parallelism', parallelism, `must be less than or equal to ${MOST} when completion mode is Indexed`)
  if (completions != null && failed != null && failed > completions)
    refuse('maxFailedIndexes', failed, 'must be less than or equal to completions')
  if (failed != null && failed > MOST) refuse('maxFailedIndexes', failed, `must be less than or equal to ${MOST}`)
  if (completions == null || completions <= MOST || backoffLimitPerIndex == null) return causes
  const many = `must be less than or equal to ${MOST_AT_ONCE_OF_MANY} when completions are above ${MOST} and used with backoff limit per index`
  if (failed == null) causes.push(required(`${field}.maxFailedIndexes`, `must be specified when completions is above ${MOST}`))
  if (parallelism != null && parallelism > MOST_AT_ONCE_OF_MANY) refuse('parallelism', parallelism, many)
  if (failed != null && failed > MOST_AT_ONCE_OF_MANY) refuse('maxFailedIndexes', failed, many)
  return causes
}

function checkSuccess(spec: k8s.JobSpec, policy: k8s.SuccessPolicy, field: string): Cause[] {
  const rules = policy.rules ?? []
  if (spec.completionMode !== 'Indexed') {
    const shown = {
      Rules: rules.map((rule) => ({ SucceededIndexes: rule.succeededIndexes ?? null, SucceededCount: rule.succeededCount ?? null }))
    }
    return [invalidValue(field, shown, 'requires indexed completion mode')]
  }
  const causes: Cause[] = []
  if (rules.length === 0)
    causes.push(required(`${field}.rules`, 'at least one rules must be specified when the successPolicy is specified'))
  if (rules.length > MOST_RULES) causes.push(tooMany(`${field}.rules`, rules.length, MOST_RULES))
  const all = spec.completions ?? 0
  rules.forEach(({ succeededCount: count, succeededIndexes: indexes }, index) => {
    const at = `${field}.rules[${index}]`
    if (count == null && indexes == null) causes.push(required(at, 'at least one of succeededCount or succeededIndexes must be specified'))
    const found = indexes == null ? { total: 0 } : indexesProblem(indexes, all)
    if ((indexes ?? '').length > LONGEST_INDEXES) causes.push(tooLong(`${at}.succeededIndexes`, LONGEST_INDEXES))
    if (found.problem !== undefined)
      causes.push(invalidValue(`${at}.succeededIndexes`, indexes, `error parsing succeededIndexes: ${found.problem}`))
    if (count == null) return
    causes.push(...notNegative(`${at}.succeededCount`, count))
    const refuse = (most: number, what: string) =>
      causes.push(invalidValue(`${at}.succeededCount`, count, `must be less than or equal to ${most} (the number of ${what})`))
    if (count > all) refuse(all, 'specified completions')
    if (indexes != null && count > found.total) refuse(found.total, 'indexes in the specified succeededIndexes field')
  })
  return causes
}

function checkReplacement(spec: k8s.JobSpec | undefined, field: string): Cause[] {
  const policy = spec?.podReplacementPolicy
  return optionalWord(field, policy, spec?.podFailurePolicy == null ? ['Failed', 'TerminatingOrFailed'] : ['Failed'])
}

function checkRestart(spec: k8s.JobSpec | undefined, field: string): Cause[] {
  const policy = spec?.template?.spec?.restartPolicy ?? ''
  if (policy === '' || policy === 'Always') return [required(field, 'valid values: "OnFailure", "Never"')]
  if (policy !== 'OnFailure' && policy !== 'Never') return [unsupportedValue(field, policy, ['OnFailure', 'Never'])]
  if (spec?.podFailurePolicy == null || policy === 'Never') return []
  return [invalidValue(field, policy, 'only "Never" is supported when podFailurePolicy is specified')]
}
