/** ResourceQuota and LimitRange: rules and defaults. Admission by them is in `quota/`. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { forbiddenField, invalidValue, required, type Cause } from '../../http/errors.ts'
import { each, named, Seen } from '../checks.ts'
import type { KindRules } from '../kind-rules.ts'
import { labelKeyProblems } from '../names.ts'
import { checkAmount, checkContainerResourceName, checkResourceName, isHugePages } from '../pods/resources.rules.ts'
import { compareQuantities, quantityValue } from '../quantity.ts'
import { checkScopes } from './quota-scopes.rules.ts'

type Amounts = Readonly<Record<string, string>>

const NOT_COUNTED = new Set(['storage'])

function checkCounted(amounts: Amounts | undefined, field: string): Cause[] {
  return Object.keys(amounts ?? {})
    .sort()
    .flatMap((name) => {
      const at = `${field}[${name}]`
      const isBad = NOT_COUNTED.has(name) || (!name.includes('/') && checkResourceName(name, at).length > 0)
      const causes = checkResourceName(name, at)
      if (isBad && !name.includes('/')) causes.push(invalidValue(at, name, 'must be a standard resource for quota'))
      return [...causes, ...checkAmount(name, amounts?.[name], at)]
    })
}

export const quotaRules: KindRules<k8s.ResourceQuota> = {
  prepareCreate(quota) {
    quota.status = {}
  },
  check: ({ spec }) => [...checkCounted(spec?.hard, 'spec.hard'), ...checkScopes(spec)],
  checkUpdate({ spec }, before) {
    const set = (scopes: readonly string[] | undefined) => [...new Set(scopes)].sort().join()
    if (set(spec?.scopes) === set(before.spec?.scopes)) return []
    return [invalidValue('spec.scopes', spec?.scopes ?? null, 'field is immutable')]
  },
  checkStatus: ({ status }) => [...checkCounted(status?.hard, 'status.hard'), ...checkCounted(status?.used, 'status.used')]
}

const TYPES = new Set(['Pod', 'Container', 'PersistentVolumeClaim'])
const PARTS = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const

function checkType(type: string, field: string): Cause[] {
  const causes = named(field, type, labelKeyProblems)
  if (causes.length > 0 || type.includes('/') || TYPES.has(type)) return causes
  return [invalidValue(field, type, 'must be a standard limit type or fully qualified')]
}

function checkItem(item: k8s.LimitRangeItem, field: string): Cause[] {
  const checkName = item.type === 'Pod' || item.type === 'Container' ? checkContainerResourceName : checkResourceName
  const causes: Cause[] = []
  const names = new Set<string>()
  for (const part of PARTS) {
    const isDefault = part === 'default' || part === 'defaultRequest'
    const amounts = Object.keys(item[part] ?? {}).sort()
    if (isDefault && item.type === 'Pod') {
      if (amounts.length > 0) causes.push(forbiddenField(`${field}.${part}`, "may not be specified when `type` is 'Pod'"))
      continue
    }
    if (
      part === 'maxLimitRequestRatio' &&
      item.type === 'PersistentVolumeClaim' &&
      item.min?.['storage'] === undefined &&
      item.max?.['storage'] === undefined
    )
      causes.push(required(`${field}.limits`, 'either minimum or maximum storage value is required, but neither was provided'))
    for (const name of amounts) {
      causes.push(...checkName(name, `${field}.${part}[${name}]`))
      names.add(name)
    }
  }
  return [...causes, ...[...names].sort().flatMap((name) => checkBounds(item, name, field))]
}

/** Bounds of one resource that contradict each other. */
function checkBounds(item: k8s.LimitRangeItem, name: string, field: string): Cause[] {
  const isPod = item.type === 'Pod'
  const [min, max, ratio] = [item.min?.[name], item.max?.[name], item.maxLimitRequestRatio?.[name]]
  const [limit, request] = isPod ? [undefined, undefined] : [item.default?.[name], item.defaultRequest?.[name]]
  const causes: Cause[] = []
  const above = (a: string | undefined, b: string | undefined) => a !== undefined && b !== undefined && compareQuantities(a, b) > 0
  const refuse = (part: string, value: unknown, why: string) => causes.push(invalidValue(`${field}.${part}[${name}]`, value, why))
  if (above(min, max)) refuse('min', min, `min value ${min} is greater than max value ${max}`)
  if (above(min, request)) refuse('defaultRequest', request, `min value ${min} is greater than default request value ${request}`)
  if (above(request, max)) refuse('defaultRequest', request, `default request value ${request} is greater than max value ${max}`)
  if (above(request, limit))
    refuse('defaultRequest', request, `default request value ${request} is greater than default limit value ${limit}`)
  if (above(min, limit)) refuse('default', min, `min value ${min} is greater than default value ${limit}`)
  if (above(limit, max)) refuse('default', max, `default value ${limit} is greater than max value ${max}`)
  if (ratio !== undefined && quantityValue(ratio) < 1) refuse('maxLimitRequestRatio', ratio, `ratio ${ratio} is less than 1`)
  if (ratio !== undefined && min !== undefined && max !== undefined) {
    const most = quantityValue(max) / quantityValue(min)
    if (quantityValue(ratio) > most) refuse('maxLimitRequestRatio', ratio, `ratio ${ratio} is greater than max/min = ${most.toFixed(6)}`)
  }
  const isFixed = isHugePages(name) || (name.includes('/') && !name.includes('kubernetes.io/'))
  if (isFixed && limit !== undefined && request !== undefined && compareQuantities(limit, request) !== 0)
    refuse('defaultRequest', request, `default value ${limit} must equal to defaultRequest value ${request} in ${name}`)
  return causes
}

export const limitRangeRules: KindRules<k8s.LimitRange> = {
  defaults({ spec }) {
    for (const item of spec?.limits ?? []) {
      if (item.type !== 'Container') continue
      const limits = { ...item.max, ...item.default }
      const requests = { ...item.min, ...limits, ...item.defaultRequest }
      if (Object.keys(limits).length > 0) item.default = limits
      if (Object.keys(requests).length > 0) item.defaultRequest = requests
    }
  },
  check({ spec }) {
    const types = new Seen()
    return each(spec?.limits, 'spec.limits', (item, at) => {
      const type = item.type ?? ''
      return [...checkType(type, `${at}.type`), ...types.again(`${at}.type`, type), ...checkItem(item, at)]
    })
  }
}
