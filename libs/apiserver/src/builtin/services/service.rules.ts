/** Rules of Services: `k8s.io/kubernetes/pkg/apis/core/validation`, in its order. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { forbiddenField, invalidValue, required, type Cause } from '../../http/errors.ts'
import { addressProblems, blockProblems, checkEndpointAddress, isAddress } from '../addresses.ts'
import { each, label, named, optionalWord, outside, portNumber, portNumberOrName, Seen, subdomain, word } from '../checks.ts'
import { checkLabels } from '../metadata.rules.ts'
import { labelKeyProblems, subdomainProblems } from '../names.ts'
import { familyProblems, isHeadless } from './families.ts'
import { isExternal, isHealthChecked } from './service-prepare.ts'

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']
const PROTOCOLS = ['SCTP', 'TCP', 'UDP']
const STICKIEST_SECONDS = 86_400
const DISTRIBUTIONS = ['PreferClose', 'PreferSameZone', 'PreferSameNode']
const ONLY_BALANCED = "may only be used when `type` is 'LoadBalancer'"
const RANGES_ANNOTATION = 'service.beta.kubernetes.io/load-balancer-source-ranges'

export function checkService(service: k8s.Service): Cause[] {
  const spec = service.spec ?? {}
  // What cannot be allocated is refused before anything else is looked at.
  const unallocated = [...familyProblems(spec, undefined), ...checkNodePorts(spec)]
  if (unallocated.length > 0) return unallocated
  const ports = spec.ports ?? []
  const causes: Cause[] = []
  if (ports.length === 0 && !isHeadless(spec) && spec.type !== 'ExternalName') causes.push(required('spec.ports'))
  causes.push(...checkType(spec))
  const names = new Seen()
  causes.push(...each(ports, 'spec.ports', (port, at) => checkPort(port, at, ports.length > 1, names)))
  causes.push(...checkLabels(spec.selector, 'spec.selector'), ...checkAffinity(spec))
  causes.push(
    ...each(spec.externalIPs, 'spec.externalIPs', (address, at) => {
      const problems = named(at, address, addressProblems)
      return problems.length > 0 ? problems : checkEndpointAddress(address, at)
    })
  )
  causes.push(...word('spec.type', spec.type, TYPES), ...checkNumbers(spec), ...checkRanges(service))
  if (spec.allocateLoadBalancerNodePorts != null && spec.type !== 'LoadBalancer')
    causes.push(forbiddenField('spec.allocateLoadBalancerNodePorts', ONLY_BALANCED))
  return [...causes, ...checkClass(spec), ...checkTraffic(spec)]
}

function checkType(spec: k8s.ServiceSpec): Cause[] {
  const { type, externalName = '' } = spec
  if ((type === 'LoadBalancer' || type === 'NodePort') && isHeadless(spec))
    return [invalidValue('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${type} services`)]
  if (type !== 'ExternalName') return []
  const why = 'may not be set for ExternalName services'
  const causes: Cause[] = []
  if ((spec.clusterIPs ?? []).length > 0) causes.push(forbiddenField('spec.clusterIPs', why))
  if ((spec.ipFamilies ?? []).length > 0) causes.push(forbiddenField('spec.ipFamilies', why))
  if (spec.ipFamilyPolicy != null) causes.push(forbiddenField('spec.ipFamilyPolicy', why))
  const name = externalName.replace(/\.$/, '')
  return [...causes, ...(name === '' ? [required('spec.externalName')] : subdomain('spec.externalName', name))]
}

function checkPort(port: k8s.ServicePort, field: string, needsName: boolean, names: Seen): Cause[] {
  const { name, appProtocol } = port
  const causes: Cause[] = []
  if (name) causes.push(...label(`${field}.name`, name), ...names.again(`${field}.name`, name))
  else if (needsName) causes.push(required(`${field}.name`))
  causes.push(...portNumber(`${field}.port`, port.port), ...word(`${field}.protocol`, port.protocol, PROTOCOLS))
  causes.push(...portNumberOrName(`${field}.targetPort`, port.targetPort))
  return appProtocol == null ? causes : [...causes, ...named(`${field}.appProtocol`, appProtocol, labelKeyProblems)]
}

function checkAffinity({ sessionAffinity, sessionAffinityConfig: config }: k8s.ServiceSpec): Cause[] {
  const causes = word('spec.sessionAffinity', sessionAffinity, ['ClientIP', 'None'])
  if (sessionAffinity === 'None' && config != null)
    causes.push(forbiddenField('spec.sessionAffinityConfig', 'must not be set when session affinity is None'))
  const seconds = config?.clientIP?.timeoutSeconds
  if (sessionAffinity !== 'ClientIP' || seconds === undefined || (seconds > 0 && seconds <= STICKIEST_SECONDS)) return causes
  const at = 'spec.sessionAffinityConfig.clientIP.timeoutSeconds'
  return [...causes, invalidValue(at, seconds, `must be greater than 0 and less than ${STICKIEST_SECONDS}`)]
}

/** Numbers that no two ports of a Service share. */
function checkNumbers({ type, ports }: k8s.ServiceSpec): Cause[] {
  const numbers = new Seen()
  const onNodes = each(ports, 'spec.ports', ({ nodePort }, at) =>
    nodePort && type === 'ClusterIP' ? [forbiddenField(`${at}.nodePort`, "may not be used when `type` is 'ClusterIP'")] : []
  )
  const same = each(ports, 'spec.ports', ({ port, protocol }, at) =>
    numbers.again(at, `${protocol} ${port}`, { Name: '', Protocol: protocol, AppProtocol: null, Port: port, TargetPort: 0, NodePort: 0 })
  )
  return [...onNodes, ...same]
}

/** Two ports of one number may share a port of the nodes, others may not. */
function checkNodePorts({ type, ports }: k8s.ServiceSpec): Cause[] {
  if (type !== 'NodePort' && type !== 'LoadBalancer') return []
  const taken = new Map<number, number>()
  return each(ports, 'spec.ports', ({ nodePort, port }, at) => {
    if (!nodePort) return []
    const holder = taken.get(nodePort) ?? port
    taken.set(nodePort, holder)
    return holder === port ? [] : [invalidValue(`${at}.nodePort`, nodePort, 'provided port is already allocated')]
  })
}

function checkRanges({ spec, metadata }: k8s.Service): Cause[] {
  const ranges = spec?.loadBalancerSourceRanges ?? []
  const annotation = metadata.annotations?.[RANGES_ANNOTATION]
  const isBalanced = spec?.type === 'LoadBalancer'
  if (ranges.length > 0) {
    const field = 'spec.LoadBalancerSourceRanges'
    return [
      ...(isBalanced ? [] : [forbiddenField(field, ONLY_BALANCED)]),
      ...each(ranges, field, (range, at) => named(at, range.trim(), blockProblems))
    ]
  }
  if (annotation === undefined) return []
  const field = `metadata.annotations[${RANGES_ANNOTATION}]`
  const blocks = annotation.trim() === '' ? [] : annotation.trim().split(',')
  return [
    ...(isBalanced ? [] : [forbiddenField(field, ONLY_BALANCED)]),
    ...blocks.flatMap((block) => named(field, block.trim(), blockProblems))
  ]
}

function checkClass({ type, loadBalancerClass }: k8s.ServiceSpec): Cause[] {
  if (loadBalancerClass == null) return []
  return type === 'LoadBalancer'
    ? named('spec.loadBalancerClass', loadBalancerClass, labelKeyProblems)
    : [forbiddenField('spec.loadBalancerClass', ONLY_BALANCED)]
}

function checkTraffic(spec: k8s.ServiceSpec): Cause[] {
  const { externalTrafficPolicy: outer, internalTrafficPolicy: inner, healthCheckNodePort: port } = spec
  const causes: Cause[] = []
  const at = 'spec.externalTrafficPolicy'
  if (isExternal(spec)) causes.push(...word(at, outer, ['Cluster', 'Local']))
  else if (outer) causes.push(invalidValue(at, outer, 'may only be set for externally-accessible services'))
  if (port && !isHealthChecked(spec)) {
    const why = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"
    causes.push(invalidValue('spec.healthCheckNodePort', port, why))
  } else if (port && (port < 1 || port > 65_535)) causes.push(invalidValue('spec.healthCheckNodePort', port, outside(1, 65_535)))
  causes.push(...optionalWord('spec.internalTrafficPolicy', inner, ['Cluster', 'Local']))
  return [...causes, ...optionalWord('spec.trafficDistribution', spec.trafficDistribution, DISTRIBUTIONS)]
}

/** What a balancer says it has. */
export function checkServiceStatus({ spec, status }: k8s.Service): Cause[] {
  const field = 'status.loadBalancer.ingress'
  const list = status?.loadBalancer?.ingress ?? []
  if (spec?.type !== 'LoadBalancer' && list.length > 0)
    return [forbiddenField(field, "may only be used when `spec.type` is 'LoadBalancer'")]
  return each(list, field, ({ ip, ipMode, hostname }, at) => {
    const causes = ip ? named(`${at}.ip`, ip, addressProblems) : []
    if (ipMode != null && !ip) causes.push(forbiddenField(`${at}.ipMode`, 'may not be specified when `ip` is not set'))
    else causes.push(...optionalWord(`${at}.ipMode`, ipMode, ['Proxy', 'VIP']))
    if (!hostname) return causes
    causes.push(...named(`${at}.hostname`, hostname, subdomainProblems))
    return isAddress(hostname) ? [...causes, invalidValue(`${at}.hostname`, hostname, 'must be a DNS name, not an IP address')] : causes
  })
}
