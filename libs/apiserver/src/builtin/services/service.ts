/** Service: defaults, and the rules of addresses. Addresses themselves are allocated when the write is decided (`service-address.ts`). */
import type * as k8s from '@knative-ts/api/kubernetes'
import { duplicateValue, invalidValue, required, unsupportedValue, type Cause } from '../../http/errors.ts'
import type { KindRules } from '../kind-rules.ts'
import { checkLabels } from '../metadata.rules.ts'
import { labelProblems, serviceNameProblems, subdomainProblems } from '../names.ts'
import { portNameProblems } from '../pods/pod-spec.rules.ts'

const STICKY_SECONDS = 10_800
const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']

export const serviceRules: KindRules<k8s.Service> = {
  nameProblems: serviceNameProblems,
  defaults({ spec, status }) {
    for (const ingress of status?.loadBalancer?.ingress ?? []) if (ingress.ip) ingress.ipMode ??= 'VIP'
    if (spec === undefined) return
    spec.type ??= 'ClusterIP'
    spec.sessionAffinity ??= 'None'
    if (spec.sessionAffinity === 'ClientIP') spec.sessionAffinityConfig ??= { clientIP: { timeoutSeconds: STICKY_SECONDS } }
    if (spec.type !== 'ExternalName') spec.internalTrafficPolicy ??= 'Cluster'
    if (spec.type === 'NodePort' || spec.type === 'LoadBalancer') spec.externalTrafficPolicy ??= 'Cluster'
    if (spec.type === 'LoadBalancer') spec.allocateLoadBalancerNodePorts ??= true
    for (const port of spec.ports ?? []) {
      port.protocol ??= 'TCP'
      port.targetPort ??= port.port
      if (port.targetPort === 0 || port.targetPort === '') port.targetPort = port.port
    }
  },
  prepareCreate(service) {
    service.status = { loadBalancer: {} }
    defaultFamilies(service)
  },
  prepareUpdate(service, before) {
    const { spec } = service
    const old = before.spec
    if (spec === undefined || old === undefined) return
    if (spec.type === 'ExternalName') {
      if (old.type !== 'ExternalName') dropAddress(spec, old)
      return
    }
    if (old.type === 'ExternalName') return defaultFamilies(service)
    // Who leaves an allocated value out keeps it.
    if (!spec.clusterIP && (spec.clusterIPs ?? []).length === 0) {
      if (old.clusterIP !== undefined) spec.clusterIP = old.clusterIP
      if (old.clusterIPs !== undefined) spec.clusterIPs = [...old.clusterIPs]
    } else if (spec.clusterIP && spec.clusterIP !== old.clusterIP && spec.clusterIPs?.[0] === old.clusterIPs?.[0]) {
      spec.clusterIPs = [spec.clusterIP]
    } else if (!spec.clusterIP && spec.clusterIPs?.[0] !== undefined) spec.clusterIP = spec.clusterIPs[0]
    if (old.ipFamilies !== undefined) spec.ipFamilies ??= [...old.ipFamilies]
    if (old.ipFamilyPolicy !== undefined) spec.ipFamilyPolicy ??= old.ipFamilyPolicy
    if (spec.type === 'ClusterIP' && old.type !== 'ClusterIP') for (const port of spec.ports ?? []) delete port.nodePort
    else keepNodePorts(spec, old)
  },
  check: (service) => checkService(service),
  checkStatus: ({ status }) => checkIngress(status),
  checkUpdate(service, before) {
    const old = before.spec
    const spec = service.spec
    if (old?.type === 'ExternalName' || spec?.type === 'ExternalName') return []
    if (!old?.clusterIP || spec?.clusterIP === old.clusterIP) return []
    return [invalidValue('spec.clusterIPs[0]', spec?.clusterIPs ?? [], 'may not change once set')]
  },
  fields: { 'spec.clusterIP': (service) => service.spec?.clusterIP ?? '', 'spec.type': (service) => service.spec?.type ?? '' }
}

function defaultFamilies({ spec }: k8s.Service): void {
  if (spec === undefined || spec.type === 'ExternalName') return
  if (!spec.clusterIP && spec.clusterIPs?.[0] !== undefined) spec.clusterIP = spec.clusterIPs[0]
  if (spec.clusterIP && (spec.clusterIPs ?? []).length === 0) spec.clusterIPs = [spec.clusterIP]
  const headless = spec.clusterIP === 'None' && Object.keys(spec.selector ?? {}).length === 0
  spec.ipFamilyPolicy ??= headless ? 'RequireDualStack' : 'SingleStack'
  spec.ipFamilies ??= headless ? ['IPv4', 'IPv6'] : ['IPv4']
}

// A patch to ExternalName still carries the address that the server had filled in.
function dropAddress(spec: k8s.ServiceSpec, old: k8s.ServiceSpec): void {
  if (spec.clusterIP === old.clusterIP) delete spec.clusterIP
  if (spec.clusterIPs?.[0] === old.clusterIPs?.[0]) delete spec.clusterIPs
  delete spec.ipFamilies
  delete spec.ipFamilyPolicy
  delete spec.internalTrafficPolicy
  delete spec.externalTrafficPolicy
  delete spec.allocateLoadBalancerNodePorts
  for (const port of spec.ports ?? []) delete port.nodePort
}

function keepNodePorts(spec: k8s.ServiceSpec, old: k8s.ServiceSpec): void {
  for (const port of spec.ports ?? []) {
    const same = old.ports?.find((one) => one.port === port.port && one.protocol === port.protocol)
    if (same?.nodePort !== undefined && spec.type !== 'ClusterIP') port.nodePort ??= same.nodePort
  }
}

function checkService({ spec }: k8s.Service): Cause[] {
  if (spec === undefined) return [required('spec.ports')]
  const causes: Cause[] = []
  const ports = spec.ports ?? []
  if (ports.length === 0 && spec.clusterIP !== 'None' && spec.type !== 'ExternalName') causes.push(required('spec.ports'))
  const names = new Set<string>()
  ports.forEach((port, index) => causes.push(...checkPort(port, `spec.ports[${index}]`, ports.length > 1, names)))
  causes.push(...checkLabels(spec.selector, 'spec.selector'))
  if (spec.sessionAffinity !== undefined && !['ClientIP', 'None'].includes(spec.sessionAffinity)) {
    causes.push(unsupportedValue('spec.sessionAffinity', spec.sessionAffinity, ['ClientIP', 'None']))
  }
  ;(spec.externalIPs ?? []).forEach((address, index) => {
    if (!isAddress(address)) causes.push(invalidValue(`spec.externalIPs[${index}]`, address, ADDRESS))
  })
  if (!TYPES.includes(spec.type ?? '')) causes.push(unsupportedValue('spec.type', spec.type, TYPES))
  if (spec.type === 'ExternalName') {
    if (!spec.externalName) causes.push(required('spec.externalName'))
    else
      for (const problem of subdomainProblems(spec.externalName)) causes.push(invalidValue('spec.externalName', spec.externalName, problem))
  }
  if (
    spec.externalTrafficPolicy !== undefined &&
    spec.type !== 'NodePort' &&
    spec.type !== 'LoadBalancer' &&
    (spec.externalIPs ?? []).length === 0
  ) {
    causes.push(
      invalidValue('spec.externalTrafficPolicy', spec.externalTrafficPolicy, 'may only be set for externally-accessible services')
    )
  }
  if (spec.ipFamilyPolicy === 'RequireDualStack' && spec.clusterIP !== 'None') {
    causes.push(invalidValue('spec.ipFamilyPolicy', spec.ipFamilyPolicy, 'this cluster is not configured for dual-stack services'))
  }
  const address = spec.clusterIPs?.[0]
  if (spec.type !== 'ExternalName' && address !== undefined && address !== 'None' && !isAddress(address)) {
    causes.push(invalidValue('spec.clusterIPs[0]', address, ADDRESS))
  }
  return causes
}

const ADDRESS = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'
const isAddress = (text: string) =>
  /^(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}$/.test(text) || /^[0-9a-f:]*:[0-9a-f:.]*$/i.test(text)

function checkPort(port: k8s.ServicePort, field: string, needsName: boolean, names: Set<string>): Cause[] {
  const causes: Cause[] = []
  if (needsName && !port.name) causes.push(required(`${field}.name`))
  else if (port.name) {
    for (const problem of labelProblems(port.name)) causes.push(invalidValue(`${field}.name`, port.name, problem))
    if (names.has(port.name)) causes.push(duplicateValue(`${field}.name`, port.name))
    names.add(port.name)
  }
  const number = port.port ?? 0
  if (number < 1 || number > 65_535) causes.push(invalidValue(`${field}.port`, number, 'must be between 1 and 65535, inclusive'))
  if (!['SCTP', 'TCP', 'UDP'].includes(port.protocol ?? '')) {
    causes.push(unsupportedValue(`${field}.protocol`, port.protocol, ['SCTP', 'TCP', 'UDP']))
  }
  const target = port.targetPort
  if (typeof target === 'number' && (target < 1 || target > 65_535)) {
    causes.push(invalidValue(`${field}.targetPort`, target, 'must be between 1 and 65535, inclusive'))
  }
  if (typeof target === 'string')
    for (const problem of portNameProblems(target)) causes.push(invalidValue(`${field}.targetPort`, target, problem))
  return causes
}

function checkIngress(status: k8s.ServiceStatus | undefined): Cause[] {
  return (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }, index) => {
    const field = `status.loadBalancer.ingress[${index}]`
    const causes: Cause[] = ip && !isAddress(ip) ? [invalidValue(`${field}.ip`, ip, ADDRESS)] : []
    if (hostname && isAddress(hostname)) causes.push(invalidValue(`${field}.hostname`, hostname, 'must be a DNS name, not an IP address'))
    else if (hostname) causes.push(...subdomainProblems(hostname).map((problem) => invalidValue(`${field}.hostname`, hostname, problem)))
    return causes
  })
}
