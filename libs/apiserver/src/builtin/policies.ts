/** HorizontalPodAutoscaler, PodDisruptionBudget, EndpointSlice, Lease, Node and other kinds with a rule or two. */
import type { KubeObject } from '@knative-ts/api'
import type * as k8s from '@knative-ts/api/kubernetes'
import { invalidValue, required, type Cause } from '../http/errors.ts'
import { canonicalQuantities } from './quantity.ts'
import type { KindRules } from './kind-rules.ts'

export const autoscalerRules: KindRules<k8s.HorizontalPodAutoscaler> = {
  defaults({ spec }) {
    if (spec === undefined) return
    spec.minReplicas ??= 1
    spec.metrics ??= [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }]
  },
  prepareCreate(autoscaler) {
    autoscaler.status = { desiredReplicas: 0, currentMetrics: null } as unknown as k8s.HorizontalPodAutoscalerStatus
  },
  check({ spec }) {
    const causes: Cause[] = []
    const most = spec?.maxReplicas ?? 0
    if (most < 1) causes.push(invalidValue('spec.maxReplicas', most, 'must be greater than 0'))
    if (most < (spec?.minReplicas ?? 1))
      causes.push(invalidValue('spec.maxReplicas', most, 'must be greater than or equal to `minReplicas`'))
    const target = spec?.scaleTargetRef
    if (!target?.kind) causes.push(required('spec.scaleTargetRef.kind'))
    if (!target?.name) causes.push(required('spec.scaleTargetRef.name'))
    if (!target?.apiVersion) causes.push(invalidValue('spec.scaleTargetRef.apiVersion', '', 'apiVersion must specify API group'))
    ;(spec?.metrics ?? []).forEach((metric, index) => {
      const name = `${metric.type.charAt(0).toLowerCase()}${metric.type.slice(1)}`
      if ((metric as unknown as Record<string, unknown>)[name] !== undefined) return
      causes.push(required(`spec.metrics[${index}].${name}`, 'must populate information for the given metric source'))
    })
    return causes
  }
}

export const disruptionBudgetRules: KindRules<k8s.PodDisruptionBudget> = {
  generation: 'spec',
  prepareCreate(budget) {
    budget.status = { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 }
  },
  check({ spec }) {
    if (spec?.minAvailable === undefined || spec.maxUnavailable === undefined) return []
    const shown = {
      MinAvailable: spec.minAvailable,
      Selector: spec.selector ?? null,
      MaxUnavailable: spec.maxUnavailable,
      UnhealthyPodEvictionPolicy: spec.unhealthyPodEvictionPolicy ?? null
    }
    return [invalidValue('spec', shown, 'minAvailable and maxUnavailable cannot be both set')]
  }
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
  check({ addressType }) {
    if (addressType === 'IPv4' || addressType === 'IPv6' || addressType === 'FQDN') return []
    return addressType ? [invalidValue('addressType', addressType, 'supported values: "IPv4", "IPv6", "FQDN"')] : [required('addressType')]
  },
  checkUpdate: (slice, before) =>
    slice.addressType === before.addressType ? [] : [invalidValue('addressType', slice.addressType, 'field is immutable')]
}

export const leaseRules: KindRules<k8s.Lease> = {
  check({ spec }) {
    const causes: Cause[] = []
    if (spec?.leaseDurationSeconds !== undefined && spec.leaseDurationSeconds <= 0) {
      causes.push(invalidValue('spec.leaseDurationSeconds', spec.leaseDurationSeconds, 'must be greater than 0'))
    }
    if (spec?.leaseTransitions !== undefined && spec.leaseTransitions < 0) {
      causes.push(invalidValue('spec.leaseTransitions', spec.leaseTransitions, 'must be greater than or equal to 0'))
    }
    return causes
  }
}

export const nodeRules: KindRules<k8s.Node> = {
  fields: { 'spec.unschedulable': (node) => String(node.spec?.unschedulable ?? false) }
}

export const endpointsRules: KindRules<KubeObject> = {
  deprecation: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice'
}

/** Kinds whose only rule is that their generation counts changes of spec, and that status starts out empty. */
export const countedRules: KindRules<KubeObject> = { generation: 'spec' }

export const quotaRules: KindRules<k8s.ResourceQuota> = {
  defaults: ({ spec }) => canonicalQuantities(spec?.hard)
}

export const ingressRules: KindRules<k8s.Ingress> = {
  generation: 'spec',
  prepareCreate(ingress) {
    ingress.status = { loadBalancer: {} }
  }
}
