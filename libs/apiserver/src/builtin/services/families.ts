/** Address families of Services, on a cluster that has IPv4 only: `registry/core/service/storage/alloc.go`. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { duplicateValue, invalidValue, required, type Cause } from '../../http/errors.ts'
import { addressProblems, isSixth } from '../addresses.ts'
import { each, named, optionalWord } from '../checks.ts'

const POLICIES = ['PreferDualStack', 'RequireDualStack', 'SingleStack']
const FAMILIES = ['IPv4', 'IPv6']
const CLUSTER = 'IPv4'
const [IPS, POLICY] = ['spec.clusterIPs', 'spec.ipFamilyPolicy']

/** No address of its own: its name leads to its pods. */
export const isHeadless = (spec: k8s.ServiceSpec | undefined): boolean => spec?.clusterIPs?.length === 1 && spec.clusterIPs[0] === 'None'

const isFree = (spec: k8s.ServiceSpec) => spec.clusterIP === 'None' && Object.keys(spec.selector ?? {}).length === 0

/** Fills in families that follow from what is said. In place. A family that the cluster does not have is left for the rules. */
export function defaultFamilies(spec: k8s.ServiceSpec | undefined): void {
  if (spec === undefined) return
  if (spec.clusterIP && (spec.clusterIPs ?? []).length === 0) spec.clusterIPs = [spec.clusterIP]
  if (spec.type === 'ExternalName') return
  spec.ipFamilyPolicy ??= isFree(spec) ? 'RequireDualStack' : 'SingleStack'
  if (formProblems(spec).length > 0) return
  const families = [...(spec.ipFamilies ?? [])]
  for (const [index, address] of (spec.clusterIPs ?? []).entries())
    if (address !== 'None' && index >= families.length) families.push(isSixth(address) ? 'IPv6' : 'IPv4')
  if (families.length === 0) families.push(CLUSTER)
  // A Service whose endpoints somebody else writes may have both: it is no promise of the cluster's.
  if (isFree(spec) && families.length < 2 && spec.ipFamilyPolicy !== 'SingleStack') families.push(families[0] === 'IPv4' ? 'IPv6' : 'IPv4')
  spec.ipFamilies = families
}

/** What is wrong with addresses and families; other rules are silent until they are right. */
export function familyProblems(spec: k8s.ServiceSpec, before: k8s.ServiceSpec | undefined): Cause[] {
  if (spec.type === 'ExternalName') return []
  const causes = formProblems(spec)
  if (causes.length > 0) return causes
  const isSingle = spec.ipFamilyPolicy === 'SingleStack'
  const both = "must be 'RequireDualStack' or 'PreferDualStack' when multiple"
  const given = spec.clusterIPs ?? []
  if (isSingle && given.length === 2) causes.push(invalidValue(POLICY, spec.ipFamilyPolicy, `${both} cluster IPs are specified`))
  if (isSingle && (spec.ipFamilies ?? []).length === 2)
    causes.push(invalidValue(POLICY, spec.ipFamilyPolicy, `${both} IP families are specified`))
  given.forEach((address, index) => {
    const isNew = before?.clusterIPs?.[index] !== address
    if (isNew && address !== 'None' && isSixth(address))
      causes.push(invalidValue(`${IPS}[${index}]`, given, 'IPv6 is not configured on this cluster'))
  })
  if (causes.length > 0 || isFree(spec)) return causes
  if (spec.ipFamilyPolicy === 'RequireDualStack')
    causes.push(invalidValue(POLICY, spec.ipFamilyPolicy, 'this cluster is not configured for dual-stack services'))
  return [
    ...causes,
    ...each(spec.ipFamilies, 'spec.ipFamilies', (family, at) =>
      family === CLUSTER ? [] : [invalidValue(at, family, 'not configured on this cluster')]
    )
  ]
}

/** Rules of the form of addresses and families, whatever the cluster has. */
function formProblems(spec: k8s.ServiceSpec): Cause[] {
  const { clusterIP = '', clusterIPs = [], ipFamilies = [] } = spec
  const causes: Cause[] = []
  if (clusterIP !== '' && clusterIPs.length === 0) causes.push(required(IPS))
  else if (clusterIP !== '' && clusterIPs[0] !== clusterIP) causes.push(invalidValue(IPS, clusterIPs, 'first value must match `clusterIP`'))
  if (clusterIP === '' && clusterIPs.length > 0)
    causes.push(invalidValue(IPS, clusterIPs, 'must be empty when `clusterIP` is not specified'))
  ipFamilies.forEach((family, index) => {
    const at = `spec.ipFamilies[${index}]`
    causes.push(...optionalWord(at, family, FAMILIES))
    if (ipFamilies.indexOf(family) < index) causes.push(duplicateValue(at, family))
  })
  causes.push(...optionalWord(POLICY, spec.ipFamilyPolicy, POLICIES))
  const start = causes.length
  clusterIPs.forEach((address, index) => {
    if (index > 0 || address !== 'None') causes.push(...named(`${IPS}[${index}]`, address, addressProblems))
    else if (clusterIPs.length > 1) causes.push(invalidValue(IPS, clusterIPs, "'None' must be the first and only value"))
  })
  const isBad = causes.length > start
  if (clusterIPs.length > 2) causes.push(invalidValue(IPS, clusterIPs, 'may only hold up to 2 values'))
  if (isBad) return causes
  const [first = '', second] = clusterIPs
  if (second !== undefined && (clusterIPs.length > 2 || isSixth(first) === isSixth(second)))
    causes.push(invalidValue(IPS, clusterIPs, 'may specify no more than one IP for each IP family'))
  if (isHeadless(spec)) return causes
  clusterIPs.forEach((address, index) => {
    const family = ipFamilies[index]
    if (family !== undefined && FAMILIES.includes(family) && (family === 'IPv6') !== isSixth(address))
      causes.push(invalidValue(`${IPS}[${index}]`, address, `expected an ${family} value as indicated by \`ipFamilies[${index}]\``))
  })
  return causes
}

/** An address stays what it is for the life of the Service, unless a name takes its place. */
export function checkAddressChange(spec: k8s.ServiceSpec | undefined, before: k8s.ServiceSpec | undefined): Cause[] {
  if (spec?.type === 'ExternalName' || before?.type === 'ExternalName') return []
  const [now, old] = [spec?.clusterIPs ?? [], before?.clusterIPs ?? []]
  if (isHeadless(spec) && isHeadless(before)) return []
  const causes: Cause[] = []
  const fixed = (index: number) => causes.push(invalidValue(`${IPS}[${index}]`, now, 'may not change once set'))
  if (now.length === old.length) for (const [index, address] of old.entries()) if (address !== now[index]) fixed(index)
  if (old.length > now.length && now.length === 0) causes.push(invalidValue(`${IPS}[0]`, now, 'primary clusterIP can not be unset'))
  if (now.length !== old.length && now.length > 0 && old.length > 0 && now[0] !== old[0]) fixed(0)
  if (isHeadless(spec) || isHeadless(before)) return causes
  const [families, were] = [spec?.ipFamilies ?? [], before?.ipFamilies ?? []]
  if (families.length === were.length && were.some((family, index) => family !== families[index]))
    causes.push(invalidValue('spec.ipFamilies[0]', families, 'may not change once set'))
  return causes
}
