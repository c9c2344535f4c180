import { dns1035LabelProblems, qualifiedNameProblems } from '../../names/name-rules.ts'
import {
  disallowed,
  generic,
  invalidKey,
  invalidValue,
  missingOneOf,
  multipleOneOf,
  outOfBounds,
  under,
  underItem
} from '../../validation/field-error.ts'
import type { FieldError } from '../../validation/field-error.ts'
import type { TrafficTarget } from './route.schema.ts'

/** What is wrong with the shares of the traffic. A Service's targets are revisions of its own, a Route's may name a Configuration. */
export function trafficErrors(traffic: readonly TrafficTarget[], of: 'Service' | 'Route'): FieldError[] {
  const errors = traffic.flatMap((target, index) => underItem('', index, targetErrors(target, of)))
  return under('traffic', [...errors, ...tagErrors(traffic), ...sumErrors(traffic)])
}

function sumErrors(traffic: readonly TrafficTarget[]): FieldError[] {
  const sum = traffic.reduce((total, { percent }) => total + (percent ?? 0), 0)
  return sum === 100 ? [] : [generic(`Traffic targets sum to ${sum}, want 100`, '')]
}

/** Upstream's path of a bad tag is `tag[i]`. */
function tagErrors(traffic: readonly TrafficTarget[]): FieldError[] {
  const errors: FieldError[] = []
  const first = new Map<string, number>()
  for (const [index, { tag = '' }] of traffic.entries()) {
    if (tag === '') continue
    const problems = dns1035LabelProblems(tag)
    if (problems.length > 0) errors.push(invalidValue(`not a DNS 1035 label: ${`[${problems.join(' ')}]`}`, `tag[${index}]`))
    const before = first.get(tag)
    if (before === undefined) first.set(tag, index)
    else errors.push(generic(`Multiple definitions for "${tag}"`, `[${before}].tag`, `[${index}].tag`))
  }
  return errors
}

function targetErrors(target: TrafficTarget, of: 'Service' | 'Route'): FieldError[] {
  const { revisionName = '', configurationName = '', percent, latestRevision, url } = target
  const errors: FieldError[] = []
  if (latestRevision !== undefined && (revisionName !== '') === latestRevision) {
    errors.push(generic(`may not set revisionName "${revisionName}" when latestRevision is ${latestRevision}`, 'latestRevision'))
  }
  if (percent !== undefined && (percent < 0 || percent > 100)) errors.push(outOfBounds(percent, 0, 100, 'percent'))
  if (url !== undefined) errors.push(disallowed('url'))
  return [...errors, ...(of === 'Service' ? serviceNames(target) : routeNames(revisionName, configurationName))]
}

function serviceNames({ revisionName = '', configurationName = '' }: TrafficTarget): FieldError[] {
  if (configurationName !== '') return [disallowed('configurationName')]
  return revisionName === '' ? [] : nameErrors(revisionName, 'revisionName')
}

function routeNames(revisionName: string, configurationName: string): FieldError[] {
  if (revisionName !== '' && configurationName !== '') return [multipleOneOf('revisionName', 'configurationName')]
  if (revisionName !== '') return nameErrors(revisionName, 'revisionName')
  return configurationName === '' ? [missingOneOf('revisionName', 'configurationName')] : nameErrors(configurationName, 'configurationName')
}

function nameErrors(name: string, path: string): FieldError[] {
  const problems = qualifiedNameProblems(name)
  return problems.length === 0 ? [] : [invalidKey(name, path, problems.join(', '))]
}
