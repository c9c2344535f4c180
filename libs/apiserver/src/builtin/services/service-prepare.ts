/** What an update of a Service carries over, and what goes with a change of type: `registry/core/service/strategy.go`, `storage.go`. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { sameJson } from '../../requests/same-json.ts'
import { defaultFamilies } from './families.ts'

type Spec = k8s.ServiceSpec

const hasAddress = ({ type }: Spec) => type === 'NodePort' || type === 'ClusterIP' || type === 'LoadBalancer'
const hasNodePorts = ({ type }: Spec) => type === 'NodePort' || type === 'LoadBalancer'

/** Whether others than pods come in by it. */
export const isExternal = ({ type, externalIPs = [] }: Spec): boolean =>
  type === 'LoadBalancer' || type === 'NodePort' || (type === 'ClusterIP' && externalIPs.length > 0)

/** Whether a balancer asks nodes if they have endpoints. */
export const isHealthChecked = ({ type, externalTrafficPolicy }: Spec): boolean =>
  type === 'LoadBalancer' && externalTrafficPolicy === 'Local'

/** Changes `service` in place. */
export function prepareServiceUpdate({ spec }: k8s.Service, { spec: old }: k8s.Service): void {
  if (spec === undefined || old === undefined) return
  keepAllocated(spec, old)
  alignAddresses(spec, old)
  // Only who says nothing about families gets those of before.
  if (hasAddress(spec) && hasAddress(old)) {
    if (old.ipFamilyPolicy !== undefined) spec.ipFamilyPolicy ??= old.ipFamilyPolicy
    if (old.ipFamilies !== undefined && sameJson(spec.clusterIPs ?? [], old.clusterIPs ?? [])) spec.ipFamilies ??= [...old.ipFamilies]
  }
  dropUnused(spec, old)
  defaultFamilies(spec)
}

/** Who leaves an allocated value out keeps it. */
function keepAllocated(spec: Spec, old: Spec): void {
  if (hasAddress(old) && hasAddress(spec)) {
    if (old.clusterIP !== undefined) spec.clusterIP ||= old.clusterIP
    if ((spec.clusterIPs ?? []).length === 0 && old.clusterIPs !== undefined) spec.clusterIPs = [...old.clusterIPs]
  }
  if (hasNodePorts(old) && hasNodePorts(spec)) {
    const used = new Set((spec.ports ?? []).flatMap(({ nodePort }) => (nodePort ? [nodePort] : [])))
    for (const port of spec.ports ?? []) {
      const was = old.ports?.findLast(({ name = '' }) => name === (port.name ?? ''))?.nodePort
      if (!port.nodePort && was !== undefined && !used.has(was)) port.nodePort = was
    }
  }
  if (isHealthChecked(old) && isHealthChecked(spec) && old.healthCheckNodePort !== undefined)
    spec.healthCheckNodePort ||= old.healthCheckNodePort
}

/** One address is said twice, for old clients and for new ones: what only one of them says holds for both. */
function alignAddresses(spec: Spec, old: Spec): void {
  const isSame = sameJson(spec.clusterIPs ?? [], old.clusterIPs ?? [])
  if ((spec.clusterIP ?? '') === (old.clusterIP ?? '') || !isSame) return
  if (spec.clusterIP) spec.clusterIPs = [spec.clusterIP]
  else delete spec.clusterIPs
}

/** Values that the old type had and the new one has no use for go, unless the client changed them too. */
function dropUnused(spec: Spec, old: Spec): void {
  const drop = (isUnused: boolean, ...names: readonly (keyof Spec)[]) => {
    if (isUnused) for (const name of names) if (sameJson(spec[name] ?? null, old[name] ?? null)) delete spec[name]
  }
  const isUnaddressed = hasAddress(old) && !hasAddress(spec)
  if (isUnaddressed && sameJson(spec.clusterIPs ?? [], old.clusterIPs ?? [])) {
    delete spec.clusterIP
    delete spec.clusterIPs
  }
  drop(isUnaddressed, 'ipFamilies', 'ipFamilyPolicy')
  const nodePorts = ({ ports }: Spec) => (ports ?? []).map(({ nodePort }) => nodePort ?? 0)
  if (hasNodePorts(old) && !hasNodePorts(spec) && sameJson(nodePorts(spec), nodePorts(old)))
    for (const port of spec.ports ?? []) delete port.nodePort
  drop(isHealthChecked(old) && !isHealthChecked(spec), 'healthCheckNodePort')
  drop(old.type === 'LoadBalancer' && spec.type !== 'LoadBalancer', 'allocateLoadBalancerNodePorts', 'loadBalancerClass')
  drop(isExternal(old) && !isExternal(spec), 'externalTrafficPolicy')
  if (spec.type === 'ExternalName') delete spec.internalTrafficPolicy
}
