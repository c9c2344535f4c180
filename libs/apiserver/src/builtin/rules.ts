/** Which kind has which rules, by storage name. */
import { DEFINITIONS, definitionRules } from '../crd/definition.ts'
import type { ResourceType } from '../registry/resource-type.ts'
import { bindingRules, clusterRoleRules, roleRules } from './access-rules.ts'
import { configMapRules, secretRules } from './config-map.ts'
import { eventRules } from './event.ts'
import { rulesOf, type KindRules } from './kind-rules.ts'
import { namespaceRules } from './namespace.ts'
import { podRules } from './pods/pod.ts'
import {
  autoscalerRules,
  countedRules,
  disruptionBudgetRules,
  endpointSliceRules,
  endpointsRules,
  ingressRules,
  leaseRules,
  quotaRules,
  nodeRules
} from './policies.ts'
import { serviceRules } from './services/service.ts'
import { mutatingConfigurationRules, validatingConfigurationRules } from './webhook-configuration.ts'
import { cronJobRules, daemonSetRules, deploymentRules, jobRules, replicaSetRules, statefulSetRules } from './workloads.ts'

const TABLE: Readonly<Record<string, KindRules>> = {
  '/pods': rulesOf(podRules),
  '/services': rulesOf(serviceRules),
  '/configmaps': rulesOf(configMapRules),
  '/secrets': rulesOf(secretRules),
  '/namespaces': rulesOf(namespaceRules),
  '/events': rulesOf(eventRules),
  '/resourcequotas': rulesOf(quotaRules),
  '/nodes': rulesOf(nodeRules),
  '/endpoints': rulesOf(endpointsRules),
  'apps/deployments': rulesOf(deploymentRules),
  'apps/replicasets': rulesOf(replicaSetRules),
  'apps/statefulsets': rulesOf(statefulSetRules),
  'apps/daemonsets': rulesOf(daemonSetRules),
  'batch/jobs': rulesOf(jobRules),
  'batch/cronjobs': rulesOf(cronJobRules),
  'autoscaling/horizontalpodautoscalers': rulesOf(autoscalerRules),
  'policy/poddisruptionbudgets': rulesOf(disruptionBudgetRules),
  'discovery.k8s.io/endpointslices': rulesOf(endpointSliceRules),
  'coordination.k8s.io/leases': rulesOf(leaseRules),
  'networking.k8s.io/ingresses': rulesOf(ingressRules),
  'networking.k8s.io/networkpolicies': countedRules,
  'rbac.authorization.k8s.io/roles': rulesOf(roleRules),
  'rbac.authorization.k8s.io/clusterroles': rulesOf(clusterRoleRules),
  'rbac.authorization.k8s.io/rolebindings': rulesOf(bindingRules),
  'rbac.authorization.k8s.io/clusterrolebindings': rulesOf(bindingRules),
  'admissionregistration.k8s.io/mutatingwebhookconfigurations': rulesOf(mutatingConfigurationRules),
  'admissionregistration.k8s.io/validatingwebhookconfigurations': rulesOf(validatingConfigurationRules),
  [DEFINITIONS]: rulesOf(definitionRules)
}

const NONE: KindRules = {}
const CUSTOM: KindRules = { generation: 'all' }

/** The rules of a served resource. Custom resources count every change outside metadata and status. */
export function rulesFor(type: ResourceType): KindRules {
  return type.custom === undefined ? (TABLE[storageOf(type)] ?? NONE) : CUSTOM
}

/** Where objects of a type are kept: both shapes of Event share one place. */
export function storageOf(type: ResourceType): string {
  return type.storage === 'events.k8s.io/events' ? '/events' : type.storage
}
