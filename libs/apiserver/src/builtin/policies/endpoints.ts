/** Endpoints and EndpointSlice: where a Service's pods are. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { duplicateValue, invalidValue, required, tooMany, type Cause } from '../../http/errors.ts'
import { sameJson } from '../../requests/same-json.ts'
import { addressWarnings } from '../address-warnings.ts'
import { addressProblems, checkEndpointAddress, isSixth } from '../addresses.ts'
import { each, immutable, label, named, optionalWord, portNumber, Seen, subdomain, word } from '../checks.ts'
import type { KindRules } from '../kind-rules.ts'
import { labelKeyProblems, labelProblems, labelValueProblems, subdomainProblems } from '../names.ts'

const PROTOCOLS = ['SCTP', 'TCP', 'UDP']
const MOST_ENDPOINTS = 1000
const MOST_ADDRESSES = 100
const OWN = new Set(['endpointslice-controller.k8s.io', 'endpointslicemirroring-controller.k8s.io'])

function checkSubset(subset: k8s.EndpointSubset, field: string): Cause[] {
  const { addresses = [], notReadyAddresses = [], ports = [] } = subset
  const causes: Cause[] =
    addresses.length + notReadyAddresses.length === 0 ? [required(field, 'must specify `addresses` or `notReadyAddresses`')] : []
  const address = ({ ip = '', hostname, nodeName }: k8s.EndpointAddress, at: string) => [
    ...named(`${at}.ip`, ip, addressProblems),
    ...(hostname ? label(`${at}.hostname`, hostname) : []),
    ...(nodeName == null ? [] : subdomain(`${at}.nodeName`, nodeName)),
    ...checkEndpointAddress(ip, `${at}.ip`, true)
  ]
  return [
    ...causes,
    ...each(addresses, `${field}.addresses`, address),
    ...each(notReadyAddresses, `${field}.notReadyAddresses`, address),
    ...each(ports, `${field}.ports`, ({ name, port, protocol, appProtocol }, at) => [
      ...(name ? label(`${at}.name`, name) : ports.length > 1 ? [required(`${at}.name`)] : []),
      ...portNumber(`${at}.port`, port),
      ...word(`${at}.protocol`, protocol, PROTOCOLS),
      ...(appProtocol == null ? [] : named(`${at}.appProtocol`, appProtocol, labelKeyProblems))
    ])
  ]
}

export const endpointsRules: KindRules<k8s.Endpoints> = {
  deprecation: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  defaults({ subsets }) {
    for (const { ports } of subsets ?? []) for (const port of ports ?? []) port.protocol ??= 'TCP'
  },
  checkCreate: ({ subsets }) => each(subsets, 'subsets', checkSubset),
  // What older versions let in may stay.
  checkUpdate: ({ subsets }, before) => (sameJson(subsets ?? [], before.subsets ?? []) ? [] : each(subsets, 'subsets', checkSubset)),
  warnings({ subsets, metadata }) {
    if (metadata.labels?.['endpoints.kubernetes.io/managed-by'] === 'endpoint-controller') return []
    return (subsets ?? []).flatMap((subset, index) =>
      (['addresses', 'notReadyAddresses'] as const).flatMap((list) =>
        (subset[list] ?? []).flatMap(({ ip = '' }, place) => addressWarnings(`subsets[${index}].${list}[${place}].ip`, ip))
      )
    )
  }
}

function checkAddress(address: string, type: string, list: string, at: string): Cause[] {
  if (type === 'FQDN') return checkDomain(address, at)
  if (type !== 'IPv4' && type !== 'IPv6') return []
  const problems = named(at, address, addressProblems)
  if (problems.length > 0) return problems
  const wrong = isSixth(address) !== (type === 'IPv6')
  return [...(wrong ? [invalidValue(list, address, `must be an ${type} address`)] : []), ...checkEndpointAddress(address, at, true)]
}

function checkDomain(text: string, at: string): Cause[] {
  const name = text.replace(/\.$/, '')
  if (name === '') return [required(at)]
  const problems = subdomainProblems(name)
  if (problems.length > 0) return [invalidValue(at, name, problems.join(','))]
  if (!name.includes('.')) return [invalidValue(at, name, 'should be a domain with at least two segments separated by dots')]
  const long = name.split('.').find((part) => labelProblems(part).length > 0)
  return long === undefined ? [] : [invalidValue(at, long, labelProblems(long).join(','))]
}

function checkEndpoint(endpoint: k8s.Endpoint, type: string, field: string): Cause[] {
  const { addresses = [], nodeName, hostname, hints } = endpoint
  const at = `${field}.addresses`
  const causes: Cause[] = addresses.length === 0 ? [required(at, 'must contain at least 1 address')] : []
  if (addresses.length > MOST_ADDRESSES) causes.push(tooMany(at, addresses.length, MOST_ADDRESSES))
  causes.push(...each(addresses, at, (address, place) => checkAddress(address, type, at, place)))
  if (nodeName != null) causes.push(...subdomain(`${field}.nodeName`, nodeName))
  if (hostname != null) causes.push(...label(`${field}.hostname`, hostname))
  const zones = new Seen()
  const nodes = new Seen()
  return [
    ...causes,
    ...each(hints?.forZones, `${field}.hints.forZones`, ({ name = '' }, place) => [
      ...zones.again(`${place}.name`, name),
      ...named(`${place}.name`, name, labelValueProblems)
    ]),
    ...each(hints?.forNodes, `${field}.hints.forNodes`, ({ name = '' }, place) => [
      ...nodes.again(`${place}.name`, name),
      ...subdomain(`${place}.name`, name)
    ])
  ]
}

function checkEndpoints({ endpoints = [], addressType = '' }: k8s.EndpointSlice): Cause[] {
  if ((endpoints ?? []).length > MOST_ENDPOINTS) return [tooMany('endpoints', endpoints.length, MOST_ENDPOINTS)]
  return each(endpoints, 'endpoints', (endpoint, at) => checkEndpoint(endpoint, addressType, at))
}

export const endpointSliceRules: KindRules<k8s.EndpointSlice> = {
  generation: 'all',
  defaults(slice) {
    for (const port of slice.ports ?? []) {
      port.protocol ??= 'TCP'
      port.name ??= ''
    }
    // Kubernetes stores protobuf, which cannot tell an empty list from none: both are `null` from then on.
    for (const list of ['endpoints', 'ports'] as const) if (slice[list]?.length === 0) delete (slice as Partial<k8s.EndpointSlice>)[list]
  },
  check({ addressType, ports }) {
    const names = new Set<string>()
    return [
      ...word('addressType', addressType, ['FQDN', 'IPv4', 'IPv6']),
      ...each(ports, 'ports', ({ name = '', protocol, appProtocol }, at) => {
        const causes = name === '' ? [] : label(`${at}.name`, name)
        if (names.has(name)) causes.push(duplicateValue(`${at}.name`, name))
        names.add(name)
        causes.push(...optionalWord(`${at}.protocol`, protocol, PROTOCOLS))
        return appProtocol == null ? causes : [...causes, ...named(`${at}.appProtocol`, appProtocol, labelKeyProblems)]
      })
    ]
  },
  checkCreate: checkEndpoints,
  checkUpdate: (slice, before) => [
    ...(sameJson(slice.endpoints ?? [], before.endpoints ?? []) ? [] : checkEndpoints(slice)),
    ...immutable('addressType', slice.addressType, before.addressType)
  ],
  warnings({ metadata, endpoints, addressType }, before) {
    const isOwn = OWN.has(metadata.labels?.['endpointslice.kubernetes.io/managed-by'] ?? '')
    const addresses = isOwn
      ? []
      : (endpoints ?? []).flatMap((endpoint, index) =>
          (endpoint.addresses ?? []).flatMap((address, place) => addressWarnings(`endpoints[${index}].addresses[${place}]`, address))
        )
    return [...(before === undefined && addressType === 'FQDN' ? ['spec.addressType: FQDN endpoints are deprecated'] : []), ...addresses]
  }
}
