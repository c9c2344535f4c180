/** NetworkPolicy: defaults, rules and warnings. Nothing enforces it here; what is kept is what a cluster would keep. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { forbiddenField, invalidValue, required, type Cause } from '../../http/errors.ts'
import { blockOf, blockProblems, isStrictlyInside } from '../addresses.ts'
import { blockWarnings } from '../address-warnings.ts'
import { each, named, optionalWord, portNameProblems, portNumber } from '../checks.ts'
import type { KindRules } from '../kind-rules.ts'
import { checkSelector } from '../selector.rules.ts'

function checkPort({ port, endPort, protocol }: k8s.NetworkPolicyPort, field: string): Cause[] {
  const causes = optionalWord(`${field}.protocol`, protocol, ['TCP', 'UDP', 'SCTP'])
  const at = `${field}.endPort`
  if (port === undefined)
    return endPort == null ? causes : [...causes, invalidValue(at, endPort, 'may not be specified when `port` is not specified')]
  if (typeof port === 'string') {
    if (endPort != null) causes.push(invalidValue(at, endPort, 'may not be specified when `port` is non-numeric'))
    return [...causes, ...named(`${field}.port`, port, portNameProblems)]
  }
  causes.push(...portNumber(`${field}.port`, port))
  if (endPort == null) return causes
  if (endPort < port) causes.push(invalidValue(at, port, 'must be greater than or equal to `port`'))
  return [...causes, ...portNumber(at, endPort)]
}

function checkPeer({ podSelector, namespaceSelector, ipBlock }: k8s.NetworkPolicyPeer, field: string): Cause[] {
  const causes = [
    ...checkSelector(podSelector, `${field}.podSelector`),
    ...checkSelector(namespaceSelector, `${field}.namespaceSelector`),
    ...(ipBlock == null ? [] : checkBlock(ipBlock, `${field}.ipBlock`))
  ]
  if (podSelector == null && namespaceSelector == null && ipBlock == null) causes.push(required(field, 'must specify a peer'))
  if (ipBlock != null && (podSelector != null || namespaceSelector != null))
    causes.push(forbiddenField(field, 'may not specify both ipBlock and another peer'))
  return causes
}

function checkBlock({ cidr = '', except }: k8s.IPBlock, field: string): Cause[] {
  if (cidr === '') return [required(`${field}.cidr`)]
  const outer = blockOf(cidr)
  if (outer === undefined) return named(`${field}.cidr`, cidr, blockProblems)
  return each(except, `${field}.except`, (text, at) => {
    const inner = blockOf(text)
    if (inner === undefined) return named(at, text, blockProblems)
    return isStrictlyInside(inner, outer) ? [] : [invalidValue(at, text, 'must be a strict subset of `cidr`')]
  })
}

function checkPolicy({ spec }: k8s.NetworkPolicy): Cause[] {
  const causes = [
    ...checkSelector(spec?.podSelector, 'spec.podSelector'),
    ...each(spec?.ingress, 'spec.ingress', ({ ports, from }, at) => [
      ...each(ports, `${at}.ports`, checkPort),
      ...each(from, `${at}.from`, checkPeer)
    ]),
    ...each(spec?.egress, 'spec.egress', ({ ports, to }, at) => [
      ...each(ports, `${at}.ports`, checkPort),
      ...each(to, `${at}.to`, checkPeer)
    ])
  ]
  const types = spec?.policyTypes ?? []
  if (types.length > 2) return [...causes, invalidValue('spec.policyTypes', types, 'may not specify more than two policyTypes')]
  return [...causes, ...each(types, 'spec.policyTypes', (type, at) => optionalWord(at, type, ['Ingress', 'Egress']))]
}

export const networkPolicyRules: KindRules<k8s.NetworkPolicy> = {
  generation: 'spec',
  defaults({ spec }) {
    if (spec === undefined) return
    for (const rule of [...(spec.ingress ?? []), ...(spec.egress ?? [])]) for (const port of rule.ports ?? []) port.protocol ??= 'TCP'
    if ((spec.policyTypes ?? []).length === 0) spec.policyTypes = (spec.egress ?? []).length > 0 ? ['Ingress', 'Egress'] : ['Ingress']
  },
  check: checkPolicy,
  warnings({ spec }) {
    const of = (peer: k8s.NetworkPolicyPeer, at: string) => [
      ...blockWarnings(`${at}.ipBlock.cidr`, peer.ipBlock?.cidr ?? ''),
      ...(peer.ipBlock?.except ?? []).flatMap((block, index) => blockWarnings(`${at}.ipBlock.except[${index}]`, block))
    ]
    const ingress = (spec?.ingress ?? []).flatMap(({ from = [] }, rule) =>
      from.flatMap((peer, index) => of(peer, `spec.ingress[${rule}].from[${index}]`))
    )
    const egress = (spec?.egress ?? []).flatMap(({ to = [] }, rule) =>
      to.flatMap((peer, index) => of(peer, `spec.egress[${rule}].to[${index}]`))
    )
    return [...ingress, ...egress]
  }
}
