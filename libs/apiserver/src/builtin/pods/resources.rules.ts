/** Rules of resource requirements: limits and requests of containers and pods. Amounts are told as they are written. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { forbiddenField, invalidValue, notFoundValue, required, unsupportedValue, type Cause } from '../../http/errors.ts'
import { label, Seen } from '../checks.ts'
import { labelKeyProblems } from '../names.ts'
import { compareQuantities, isWhole, quantityValue } from '../quantity.ts'

const CONTAINER = ['cpu', 'memory', 'ephemeral-storage']
const POD = ['cpu', 'memory']
/** Names without a domain that mean something anywhere. */
const STANDARD = new Set([
  ...CONTAINER,
  'requests.cpu',
  'requests.memory',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'storage',
  'requests.storage',
  'services.nodeports',
  'services.loadbalancers'
])
const COUNTED = new Set([
  'pods',
  'services',
  'replicationcontrollers',
  'resourcequotas',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers'
])

export const isHugePages = (name: string): boolean => name.startsWith('hugepages-')
/** Unprefixed, or of kubernetes.io. */
const isNative = (name: string): boolean => !name.includes('/') || name.includes('kubernetes.io/')
const isExtended = (name: string): boolean =>
  !isNative(name) && !name.startsWith('requests.') && labelKeyProblems(`requests.${name}`).length === 0
/** More than there is may be promised. */
const isOvercommitted = (name: string): boolean => isNative(name) && !isHugePages(name)
const isInteger = (name: string): boolean => COUNTED.has(name) || isExtended(name)

/** A resource name as quotas, limit ranges and nodes use it. */
export function checkResourceName(name: string, field: string): Cause[] {
  const causes = labelKeyProblems(name).map((problem) => invalidValue(field, name, problem))
  if (causes.length > 0 || name.includes('/') || STANDARD.has(name) || isHugePages(name) || name.startsWith('requests.hugepages-'))
    return causes
  return [invalidValue(field, name, 'must be a standard resource type or fully qualified')]
}

/** A resource that a container can have. */
export function checkContainerResourceName(name: string, field: string): Cause[] {
  const causes = checkResourceName(name, field)
  if (!name.includes('/'))
    return CONTAINER.includes(name) || isHugePages(name)
      ? causes
      : [...causes, invalidValue(field, name, 'must be a standard resource for containers')]
  return isNative(name) || isExtended(name)
    ? causes
    : [...causes, invalidValue(field, name, "doesn't follow extended resource name standard")]
}

function checkPodResourceName(name: string, field: string): Cause[] {
  const causes = checkResourceName(name, field)
  return causes.length > 0 || POD.includes(name) || isHugePages(name)
    ? causes
    : [unsupportedValue(field, name, ['cpu', 'hugepages-', 'memory'])]
}

/** An amount of a resource: not negative, whole for what is counted. */
export function checkAmount(name: string, value: unknown, field: string): Cause[] {
  const text = String(value)
  const causes = quantityValue(text) < 0 ? [invalidValue(field, text, 'must be greater than or equal to 0')] : []
  return isInteger(name) && !isWhole(text) ? [...causes, invalidValue(field, text, 'must be an integer')] : causes
}

type Amounts = Readonly<Record<string, unknown>>

function checkHugePages(name: string, value: unknown, field: string): Cause[] {
  if (!isHugePages(name)) return []
  const size = quantityValue(name.slice('hugepages-'.length))
  const amount = quantityValue(value)
  if (size > 0 && Number.isInteger(amount / size) && amount > 0) return []
  return [invalidValue(field, String(value), `${String(value)} is not positive integer multiple of ${name}`)]
}

function checkRequest(name: string, value: unknown, limits: Amounts, field: string): Cause[] {
  const limit = limits[name]
  const at = `${field}.requests`
  const text = String(value)
  if (limit === undefined)
    return isOvercommitted(name) ? [] : [required(`${field}.limits`, 'Limit must be set for non overcommitable resources')]
  const order = compareQuantities(text, limit)
  if (order !== 0 && !isOvercommitted(name)) return [invalidValue(at, text, `must be equal to ${name} limit of ${String(limit)}`)]
  return order > 0 ? [invalidValue(at, text, `must be less than or equal to ${name} limit of ${String(limit)}`)] : []
}

/** `claims` are the names of the pod's resource claims. */
export function checkResources(
  resources: k8s.ResourceRequirements | undefined,
  field: string,
  claims: ReadonlySet<string> = new Set(),
  checkName = checkContainerResourceName
): Cause[] {
  const limits: Amounts = resources?.limits ?? {}
  const requests: Amounts = resources?.requests ?? {}
  const names = [...Object.keys(limits), ...Object.keys(requests)]
  const causes: Cause[] = []
  for (const name of Object.keys(limits).sort()) {
    const at = `${field}.limits[${name}]`
    causes.push(...checkName(name, at), ...checkAmount(name, limits[name], at), ...checkHugePages(name, limits[name], at))
  }
  for (const name of Object.keys(requests).sort()) {
    const at = `${field}.requests[${name}]`
    causes.push(...checkName(name, at), ...checkAmount(name, requests[name], at))
    causes.push(...checkRequest(name, requests[name], limits, field), ...checkHugePages(name, requests[name], at))
  }
  if (names.some(isHugePages) && !names.some((name) => POD.includes(name)))
    causes.push(forbiddenField(field, 'HugePages require cpu or memory'))
  return [...causes, ...checkClaims(resources?.claims ?? [], claims, `${field}.claims`)]
}

/** Requirements of a pod as a whole. */
export function checkPodResources(spec: k8s.PodSpec, claims: ReadonlySet<string>, field: string): Cause[] {
  const { resources } = spec
  if (resources === undefined || resources === null) return []
  if (spec.os?.name === 'windows') return [forbiddenField(field, 'may not be set for a windows pod')]
  const causes: Cause[] = []
  if (resources.claims != null) causes.push(forbiddenField(`${field}.claims`, 'claims may not be set for Resources at pod-level'))
  causes.push(...checkResources(resources, field, claims, checkPodResourceName))
  for (const name of POD) {
    const asked = (spec.containers ?? []).reduce((sum, one) => sum + (quantityValue(one.resources?.requests?.[name] ?? 0) || 0), 0)
    const given = resources.requests?.[name]
    if (given !== undefined && asked > quantityValue(given)) {
      const only = (spec.containers ?? []).flatMap((one) => one.resources?.requests?.[name] ?? [])
      const shown = only.length === 1 ? String(only[0]) : String(asked)
      causes.push(
        invalidValue(`${field}.requests[${name}]`, given, `must be greater than or equal to aggregate container requests of ${shown}`)
      )
    }
  }
  ;(spec.containers ?? []).forEach(({ resources: own }, index) => {
    for (const [name, limit] of Object.entries(own?.limits ?? {})) {
      const most = resources.limits?.[name]
      if (most !== undefined && compareQuantities(limit, most) > 0)
        causes.push(
          invalidValue(`${field}.containers[${index}][${name}].limits`, limit, `must be less than or equal to pod limits of ${most}`)
        )
    }
  })
  return causes
}

function checkClaims(claims: readonly k8s.ResourceClaim[], known: ReadonlySet<string>, field: string): Cause[] {
  const seen = new Seen()
  return claims.flatMap(({ name, request }, index) => {
    const at = `${field}[${index}]`
    if (!name) return [required(at)]
    const causes = request ? label(`${at}.request`, request) : []
    causes.push(...seen.again(at, request ? `${name}/${request}` : name))
    if (!known.has(name)) {
      const which = known.size === 0 ? ' which is empty' : `: ${[...known].sort().join(', ')}`
      causes.push(notFoundValue(at, name, `must be one of the names in pod.spec.resourceClaims${which}`))
    }
    return causes
  })
}
