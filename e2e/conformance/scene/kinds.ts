/** The reference's table of kinds. */

export interface PublishedKind {
  /** Its rules' name. */
  readonly rule: string
  readonly kind: string
  readonly group: string
  readonly version: string
  readonly plural: string
  readonly shortNames: readonly string[]
  readonly categories: readonly string[]
  readonly namespaced: boolean
  /** Behind the name. */
  readonly columns: readonly string[]
  readonly labels?: Readonly<Record<string, string>>
}

const serving = { group: 'serving.knative.dev', version: 'v1', categories: ['all', 'knative', 'serving'], namespaced: true }
const scaling = {
  group: 'autoscaling.internal.knative.dev',
  version: 'v1alpha1',
  categories: ['knative-internal', 'autoscaling'],
  namespaced: true
}
const networking = {
  group: 'networking.internal.knative.dev',
  version: 'v1alpha1',
  categories: ['knative-internal', 'networking'],
  namespaced: true
}
const latest = ['LatestCreated', 'LatestReady']
const ready = ['Ready', 'Reason']
const addressable = { 'duck.knative.dev/addressable': 'true' }
const podSpecable = { 'duck.knative.dev/podspecable': 'true' }

/** All kinds of Serving. */
export const kinds: readonly PublishedKind[] = [
  {
    rule: 'service',
    kind: 'Service',
    plural: 'services',
    shortNames: ['kservice', 'ksvc'],
    columns: ['URL', ...latest, ...ready],
    labels: { ...addressable, ...podSpecable },
    ...serving
  },
  {
    rule: 'configuration',
    kind: 'Configuration',
    plural: 'configurations',
    shortNames: ['config', 'cfg'],
    columns: [...latest, ...ready],
    labels: podSpecable,
    ...serving
  },
  {
    rule: 'revision',
    kind: 'Revision',
    plural: 'revisions',
    shortNames: ['rev'],
    columns: ['Config Name', 'Generation', ...ready, 'Actual Replicas', 'Desired Replicas'],
    ...serving
  },
  { rule: 'route', kind: 'Route', plural: 'routes', shortNames: ['rt'], columns: ['URL', ...ready], labels: addressable, ...serving },
  {
    rule: 'domain-mapping',
    kind: 'DomainMapping',
    plural: 'domainmappings',
    shortNames: ['dm'],
    columns: ['URL', ...ready],
    ...serving,
    version: 'v1beta1'
  },
  {
    rule: 'pod-autoscaler',
    kind: 'PodAutoscaler',
    plural: 'podautoscalers',
    shortNames: ['kpa', 'pa'],
    columns: ['DesiredScale', 'ActualScale', ...ready],
    ...scaling
  },
  { rule: 'metric', kind: 'Metric', plural: 'metrics', shortNames: [], columns: ready, ...scaling },
  { rule: 'ingress', kind: 'Ingress', plural: 'ingresses', shortNames: ['kingress', 'king'], columns: ready, ...networking },
  {
    rule: 'serverless-service',
    kind: 'ServerlessService',
    plural: 'serverlessservices',
    shortNames: ['sks'],
    columns: ['Mode', 'Activators', 'ServiceName', 'PrivateServiceName', ...ready],
    ...networking
  },
  { rule: 'certificate', kind: 'Certificate', plural: 'certificates', shortNames: ['kcert'], columns: ready, ...networking },
  {
    rule: 'domain-claim',
    kind: 'ClusterDomainClaim',
    plural: 'clusterdomainclaims',
    shortNames: ['cdc'],
    columns: [],
    ...networking,
    namespaced: false
  },
  {
    rule: 'image',
    kind: 'Image',
    plural: 'images',
    shortNames: [],
    columns: ['Image'],
    group: 'caching.internal.knative.dev',
    version: 'v1alpha1',
    categories: ['knative-internal', 'caching'],
    namespaced: true
  }
]
