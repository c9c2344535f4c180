/** Service: defaults, and which rules it has. Addresses and node ports are allocated when the write is decided (`service-addresses.ts`). */
import type * as k8s from '@knative-ts/api/kubernetes'
import { forbiddenField, invalidValue, type Cause } from '../../http/errors.ts'
import { addressWarnings, blockWarnings } from '../address-warnings.ts'
import type { KindRules } from '../kind-rules.ts'
import { serviceNameProblems } from '../names.ts'
import { checkAddressChange, defaultFamilies, familyProblems, isHeadless } from './families.ts'
import { isExternal, isHealthChecked, prepareServiceUpdate } from './service-prepare.ts'
import { checkService, checkServiceStatus } from './service.rules.ts'

const STICKY_SECONDS = 10_800
const HINTS = 'service.kubernetes.io/topology-aware-hints'
const MODE = 'service.kubernetes.io/topology-mode'

export const serviceRules: KindRules<k8s.Service> = {
  nameProblems: serviceNameProblems,
  updateFirst: true,
  defaults({ spec, status }) {
    if (spec?.type === 'LoadBalancer') for (const ingress of status?.loadBalancer?.ingress ?? []) if (ingress.ip) ingress.ipMode ??= 'VIP'
    if (spec === undefined) return
    spec.type ??= 'ClusterIP'
    spec.sessionAffinity ??= 'None'
    if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig
    if (spec.sessionAffinity === 'ClientIP' && spec.sessionAffinityConfig?.clientIP?.timeoutSeconds === undefined)
      spec.sessionAffinityConfig = { clientIP: { timeoutSeconds: STICKY_SECONDS } }
    if (spec.type !== 'ExternalName') spec.internalTrafficPolicy ??= 'Cluster'
    if (isExternal(spec)) spec.externalTrafficPolicy ??= 'Cluster'
    if (spec.type === 'LoadBalancer') spec.allocateLoadBalancerNodePorts ??= true
    for (const port of spec.ports ?? []) {
      port.protocol ??= 'TCP'
      port.targetPort ??= port.port
      if (port.targetPort === 0 || port.targetPort === '') port.targetPort = port.port
    }
  },
  prepareCreate(service) {
    service.status = { loadBalancer: {} }
    if (service.spec?.type === 'ExternalName') delete service.spec.internalTrafficPolicy
    defaultFamilies(service.spec)
  },
  prepareUpdate: prepareServiceUpdate,
  check: (service) => checkService(service),
  checkStatus: checkServiceStatus,
  checkUpdate({ spec }, { spec: before }) {
    if (spec !== undefined && familyProblems(spec, before).length > 0) return []
    const causes: Cause[] = checkAddressChange(spec, before)
    const isBalanced = spec?.type === 'LoadBalancer' && before?.type === 'LoadBalancer'
    if (isBalanced && spec.loadBalancerClass !== before.loadBalancerClass)
      causes.push(invalidValue('spec.loadBalancerClass', spec.loadBalancerClass ?? null, 'may not change once set'))
    const isChecked = spec !== undefined && before !== undefined && isHealthChecked(spec) && isHealthChecked(before)
    if (isChecked && spec.healthCheckNodePort !== before.healthCheckNodePort)
      causes.push(forbiddenField('spec.healthCheckNodePort', 'field is immutable'))
    return causes
  },
  warnings: serviceWarnings,
  fields: { 'spec.clusterIP': (service) => service.spec?.clusterIP ?? '', 'spec.type': (service) => service.spec?.type ?? '' }
}

function serviceWarnings({ spec = {}, metadata }: k8s.Service): string[] {
  const warnings: string[] = []
  if (metadata.annotations?.[HINTS] !== undefined) warnings.push(`annotation ${HINTS} is deprecated, please use ${MODE} instead`)
  if (spec.clusterIP && spec.clusterIP !== 'None')
    (spec.clusterIPs ?? []).forEach((address, index) => warnings.push(...addressWarnings(`spec.clusterIPs[${index}]`, address)))
  if (isHeadless(spec) && spec.type === 'ClusterIP') {
    if (spec.loadBalancerIP) warnings.push('spec.loadBalancerIP is ignored for headless services')
    if ((spec.externalIPs ?? []).length > 0) warnings.push('spec.externalIPs is ignored for headless services')
    if (spec.sessionAffinity !== 'None') warnings.push('spec.SessionAffinity is ignored for headless services')
  }
  ;(spec.externalIPs ?? []).forEach((address, index) => warnings.push(...addressWarnings(`spec.externalIPs[${index}]`, address)))
  if (spec.loadBalancerIP) warnings.push(...addressWarnings('spec.loadBalancerIP', spec.loadBalancerIP))
  ;(spec.loadBalancerSourceRanges ?? []).forEach((block, index) =>
    warnings.push(...blockWarnings(`spec.loadBalancerSourceRanges[${index}]`, block))
  )
  const isNamed = spec.type === 'ExternalName'
  if (isNamed && (spec.externalIPs ?? []).length > 0) warnings.push('spec.externalIPs is ignored when spec.type is "ExternalName"')
  if (!isNamed && spec.externalName) warnings.push('spec.externalName is ignored when spec.type is not "ExternalName"')
  return warnings
}
