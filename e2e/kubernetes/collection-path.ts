/** Which path serves which kind. A table, not discovery: a server whose discovery is wrong must still be comparable. */

const NAMESPACED: Readonly<Record<string, readonly string[]>> = {
  v1: [
    'ConfigMap',
    'Secret',
    'Service',
    'Pod',
    'Endpoints',
    'ServiceAccount',
    'Event',
    'ResourceQuota',
    'LimitRange',
    'PodTemplate',
    'PersistentVolumeClaim',
    'ReplicationController'
  ],
  'authorization.k8s.io/v1': ['LocalSubjectAccessReview'],
  'apps/v1': ['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'ControllerRevision'],
  'autoscaling/v1': ['HorizontalPodAutoscaler'],
  'autoscaling/v2': ['HorizontalPodAutoscaler'],
  'batch/v1': ['Job', 'CronJob'],
  'coordination.k8s.io/v1': ['Lease'],
  'discovery.k8s.io/v1': ['EndpointSlice'],
  'events.k8s.io/v1': ['Event'],
  'networking.k8s.io/v1': ['Ingress', 'NetworkPolicy'],
  'policy/v1': ['PodDisruptionBudget'],
  'rbac.authorization.k8s.io/v1': ['Role', 'RoleBinding'],
  'serving.knative.dev/v1': ['Service', 'Configuration', 'Revision', 'Route'],
  'serving.knative.dev/v1beta1': ['DomainMapping'],
  'autoscaling.internal.knative.dev/v1alpha1': ['PodAutoscaler', 'Metric'],
  'networking.internal.knative.dev/v1alpha1': ['Ingress', 'ServerlessService', 'Certificate'],
  'caching.internal.knative.dev/v1alpha1': ['Image'],
  'eventing.knative.dev/v1': ['Broker', 'Trigger'],
  'eventing.knative.dev/v1beta1': ['EventType'],
  'eventing.knative.dev/v1beta2': ['EventType'],
  'eventing.knative.dev/v1beta3': ['EventType'],
  'eventing.knative.dev/v1alpha1': ['EventPolicy', 'EventTransform', 'RequestReply'],
  'messaging.knative.dev/v1': ['Channel', 'InMemoryChannel', 'Subscription'],
  'flows.knative.dev/v1': ['Sequence', 'Parallel'],
  'sources.knative.dev/v1': ['ApiServerSource', 'ContainerSource', 'PingSource', 'SinkBinding'],
  'sources.knative.dev/v1beta2': ['PingSource'],
  'sources.knative.dev/v1alpha1': ['IntegrationSource'],
  'sinks.knative.dev/v1alpha1': ['IntegrationSink', 'JobSink']
}
const CLUSTER: Readonly<Record<string, readonly string[]>> = {
  v1: ['Namespace', 'Node', 'PersistentVolume'],
  'rbac.authorization.k8s.io/v1': ['ClusterRole', 'ClusterRoleBinding'],
  'scheduling.k8s.io/v1': ['PriorityClass'],
  'networking.k8s.io/v1': ['IngressClass'],
  'node.k8s.io/v1': ['RuntimeClass'],
  'storage.k8s.io/v1': ['StorageClass'],
  'apiextensions.k8s.io/v1': ['CustomResourceDefinition'],
  'admissionregistration.k8s.io/v1': [
    'ValidatingWebhookConfiguration',
    'MutatingWebhookConfiguration',
    'ValidatingAdmissionPolicy',
    'ValidatingAdmissionPolicyBinding'
  ],
  'networking.internal.knative.dev/v1alpha1': ['ClusterDomainClaim'],
  'authentication.k8s.io/v1': ['TokenReview', 'SelfSubjectReview'],
  'authorization.k8s.io/v1': ['SubjectAccessReview', 'SelfSubjectAccessReview', 'SelfSubjectRulesReview']
}

/** The collection of a kind, in a namespace when it has one. Groups of the cases' own definitions start with `oracle.`. */
export function collectionPath(apiVersion: string, kind: string, namespace: string): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
  if (CLUSTER[apiVersion]?.includes(kind) === true) return `${root}/${pluralOf(kind)}`
  if (NAMESPACED[apiVersion]?.includes(kind) === true || apiVersion.startsWith('oracle.'))
    return `${root}/namespaces/${namespace}/${pluralOf(kind)}`
  throw new Error(`no path is known for ${apiVersion} ${kind}: give the step a path`)
}

function pluralOf(kind: string): string {
  const name = kind.toLowerCase()
  if (/(s|class)$/.test(name)) return name === 'endpoints' ? name : `${name}es`
  return name.endsWith('y') ? `${name.slice(0, -1)}ies` : `${name}s`
}
