/** Which kind has which rules, by storage name. */
import { DEFINITIONS, definitionRules } from '../crd/definition.ts'
import type { ResourceType } from '../registry/resource-type.ts'
import { admissionPolicyBindingRules, admissionPolicyRules } from './admission-policy.ts'
import { bindingRules, clusterRoleRules, roleRules } from './access-rules.ts'
import { configMapRules, secretRules } from './config-map.ts'
import { eventRules, modernEventRules } from './event.ts'
import { rulesOf, type KindRules } from './kind-rules.ts'
import { namespaceRules } from './namespace.ts'
import { cronJobRules } from './batch/cron-job.ts'
import { jobRules } from './batch/job.ts'
import { podRules } from './pods/pod.ts'
import { controllerRevisionRules, podTemplateRules, replicationControllerRules } from './workloads/replication-controller.ts'
import { autoscalerRules } from './policies/autoscaler.ts'
import { leaseRules, nodeRules, priorityClassRules, runtimeClassRules, serviceAccountRules } from './policies/cluster.ts'
import { disruptionBudgetRules } from './policies/disruption-budget.ts'
import { endpointSliceRules, endpointsRules } from './policies/endpoints.ts'
import { ingressClassRules, ingressRules } from './policies/ingress.ts'
import { networkPolicyRules } from './policies/network-policy.ts'
import { limitRangeRules, quotaRules } from './policies/quota.ts'
import { SIGNING_REQUESTS, signingRequestRules } from './policies/signing-request.ts'
import { serviceRules } from './services/service.ts'
import { storageClassRules, volumeRules } from './storage/volume.ts'
import { volumeClaimRules } from './storage/volume-claim.ts'
import { mutatingConfigurationRules, validatingConfigurationRules } from './webhook-configuration.ts'
import { daemonSetRules } from './workloads/daemon-set.ts'
import { deploymentRules, replicaSetRules } from './workloads/deployment.ts'
import { statefulSetRules } from './workloads/stateful-set.ts'

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
  'apps/controllerrevisions': rulesOf(controllerRevisionRules),
  'apps/daemonsets': rulesOf(daemonSetRules),
  'batch/jobs': rulesOf(jobRules),
  'batch/cronjobs': rulesOf(cronJobRules),
  'autoscaling/horizontalpodautoscalers': rulesOf(autoscalerRules),
  'policy/poddisruptionbudgets': rulesOf(disruptionBudgetRules),
  'discovery.k8s.io/endpointslices': rulesOf(endpointSliceRules),
  'coordination.k8s.io/leases': rulesOf(leaseRules),
  'networking.k8s.io/ingresses': rulesOf(ingressRules),
  'networking.k8s.io/ingressclasses': rulesOf(ingressClassRules),
  'networking.k8s.io/networkpolicies': rulesOf(networkPolicyRules),
  'scheduling.k8s.io/priorityclasses': rulesOf(priorityClassRules),
  'node.k8s.io/runtimeclasses': rulesOf(runtimeClassRules),
  'storage.k8s.io/storageclasses': rulesOf(storageClassRules),
  '/persistentvolumes': rulesOf(volumeRules),
  '/persistentvolumeclaims': rulesOf(volumeClaimRules),
  '/limitranges': rulesOf(limitRangeRules),
  '/serviceaccounts': rulesOf(serviceAccountRules),
  '/replicationcontrollers': rulesOf(replicationControllerRules),
  '/podtemplates': rulesOf(podTemplateRules),
  'rbac.authorization.k8s.io/roles': rulesOf(roleRules),
  'rbac.authorization.k8s.io/clusterroles': rulesOf(clusterRoleRules),
  'rbac.authorization.k8s.io/rolebindings': rulesOf(bindingRules),
  'rbac.authorization.k8s.io/clusterrolebindings': rulesOf(bindingRules),
  'admissionregistration.k8s.io/validatingadmissionpolicies': rulesOf(admissionPolicyRules),
  'admissionregistration.k8s.io/validatingadmissionpolicybindings': rulesOf(admissionPolicyBindingRules),
  'admissionregistration.k8s.io/mutatingwebhookconfigurations': rulesOf(mutatingConfigurationRules),
  'admissionregistration.k8s.io/validatingwebhookconfigurations': rulesOf(validatingConfigurationRules),
  [SIGNING_REQUESTS]: rulesOf(signingRequestRules),
  [DEFINITIONS]: rulesOf(definitionRules)
}

const NONE: KindRules = {}
const CUSTOM: KindRules = { generation: 'all' }

/** The rules of a served resource. Custom resources count every change outside metadata and status. */
export function rulesFor(type: ResourceType): KindRules {
  return type.custom === undefined ? (isModernEvent(type) ? modernEventRules : (TABLE[storageOf(type)] ?? NONE)) : CUSTOM
}

const isModernEvent = ({ group }: ResourceType) => group === 'events.k8s.io'

/** Where objects of a type are kept: both shapes of Event share one place. */
export function storageOf(type: ResourceType): string {
  return type.storage === 'events.k8s.io/events' ? '/events' : type.storage
}
