/** The roles and bindings that every Kubernetes cluster starts with, as far as they are about people and workloads. Data. */
import { everything, type PolicyRule } from './policy-rule.ts'
import { type Binding, rbacGroup, type RbacSubject, type Role } from './rbac-kinds.ts'

const read = ['get', 'list', 'watch']
const write = ['create', 'delete', 'deletecollection', 'patch', 'update']
const health = ['/healthz', '/livez', '/readyz', '/version', '/version/']

const viewed: readonly PolicyRule[] = [
  of('', read, 'configmaps endpoints persistentvolumeclaims persistentvolumeclaims/status pods replicationcontrollers'),
  of('', read, 'replicationcontrollers/scale serviceaccounts services services/status'),
  of('', read, 'bindings events limitranges namespaces/status pods/log pods/status replicationcontrollers/status resourcequotas'),
  of('', read, 'resourcequotas/status namespaces'),
  of('discovery.k8s.io', read, 'endpointslices'),
  of('apps', read, 'controllerrevisions daemonsets daemonsets/status deployments deployments/scale deployments/status'),
  of('apps', read, 'replicasets replicasets/scale replicasets/status statefulsets statefulsets/scale statefulsets/status'),
  of('autoscaling', read, 'horizontalpodautoscalers horizontalpodautoscalers/status'),
  of('batch', read, 'cronjobs cronjobs/status jobs jobs/status'),
  of('policy', read, 'poddisruptionbudgets poddisruptionbudgets/status'),
  of('networking.k8s.io', read, 'ingresses ingresses/status networkpolicies')
]

const edited: readonly PolicyRule[] = [
  of('', read, 'pods/attach pods/exec pods/portforward pods/proxy secrets services/proxy'),
  of('', ['impersonate'], 'serviceaccounts'),
  of('', write, 'pods pods/attach pods/exec pods/portforward pods/proxy'),
  of('', ['create'], 'pods/eviction serviceaccounts/token'),
  of(
    '',
    write,
    'configmaps events persistentvolumeclaims replicationcontrollers replicationcontrollers/scale secrets serviceaccounts services services/proxy'
  ),
  of(
    'apps',
    write,
    'daemonsets deployments deployments/rollback deployments/scale replicasets replicasets/scale statefulsets statefulsets/scale'
  ),
  of('autoscaling', write, 'horizontalpodautoscalers'),
  of('batch', write, 'cronjobs jobs'),
  of('policy', write, 'poddisruptionbudgets'),
  of('networking.k8s.io', write, 'ingresses networkpolicies'),
  of('coordination.k8s.io', [...read, ...write], 'leases')
]

const administered: readonly PolicyRule[] = [
  of('authorization.k8s.io', ['create'], 'localsubjectaccessreviews'),
  of(rbacGroup, [...read, ...write], 'rolebindings roles')
]

/** ClusterRoles, `rules` of the aggregating ones left to aggregation. */
export const bootstrapRoles: readonly Role[] = [
  role('cluster-admin', everything),
  aggregating('admin'),
  aggregating('edit', 'admin'),
  aggregating('view', 'edit'),
  role('system:aggregate-to-admin', administered, aggregatedTo('admin')),
  role('system:aggregate-to-edit', edited, aggregatedTo('edit')),
  role('system:aggregate-to-view', viewed, aggregatedTo('view')),
  role('system:basic-user', [
    of('authorization.k8s.io', ['create'], 'selfsubjectaccessreviews selfsubjectrulesreviews'),
    of('authentication.k8s.io', ['create'], 'selfsubjectreviews')
  ]),
  role('system:discovery', [
    { verbs: ['get'], nonResourceURLs: ['/api', '/api/*', '/apis', '/apis/*', '/openapi', '/openapi/*', ...health] }
  ]),
  role('system:public-info-viewer', [{ verbs: ['get'], nonResourceURLs: health }]),
  role('system:monitoring', [
    {
      verbs: ['get'],
      nonResourceURLs: ['/healthz', '/healthz/*', '/livez', '/livez/*', '/metrics', '/metrics/slis', '/readyz', '/readyz/*']
    }
  ]),
  role('system:service-account-issuer-discovery', [
    {
      verbs: ['get'],
      nonResourceURLs: ['/.well-known/openid-configuration', '/.well-known/openid-configuration/', '/openid/v1/jwks', '/openid/v1/jwks/']
    }
  ]),
  role('system:auth-delegator', [
    of('authentication.k8s.io', ['create'], 'tokenreviews'),
    of('authorization.k8s.io', ['create'], 'subjectaccessreviews')
  ])
]

/** ClusterRoleBindings, each named as the role that it grants. */
export const bootstrapBindings: readonly Binding[] = [
  binding('cluster-admin', 'system:masters'),
  binding('system:basic-user', 'system:authenticated'),
  binding('system:discovery', 'system:authenticated'),
  binding('system:public-info-viewer', 'system:authenticated', 'system:unauthenticated'),
  binding('system:monitoring', 'system:monitoring'),
  binding('system:service-account-issuer-discovery', 'system:serviceaccounts')
]

function of(group: string, verbs: readonly string[], resources: string): PolicyRule {
  return { apiGroups: [group], resources: resources.split(' '), verbs }
}

function metadataOf(name: string, labels: Readonly<Record<string, string>> = {}) {
  return {
    name,
    labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults', ...labels },
    annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' }
  }
}

function aggregatedTo(target: string): Readonly<Record<string, string>> {
  return { [`${rbacGroup}/aggregate-to-${target}`]: 'true' }
}

function role(name: string, rules: readonly PolicyRule[], labels?: Readonly<Record<string, string>>): Role {
  return { apiVersion: `${rbacGroup}/v1`, kind: 'ClusterRole', metadata: metadataOf(name, labels), rules }
}

/** Each wider role takes the narrower ones too: `edit` is itself aggregated to `admin`, `view` to `edit`. */
function aggregating(name: string, wider?: string): Role {
  const clusterRoleSelectors = [{ matchLabels: aggregatedTo(name) }]
  return { ...role(name, [], wider === undefined ? {} : aggregatedTo(wider)), aggregationRule: { clusterRoleSelectors } }
}

function binding(name: string, ...groups: readonly string[]): Binding {
  const subjects = groups.map((group): RbacSubject => ({ kind: 'Group', apiGroup: rbacGroup, name: group }))
  return {
    apiVersion: `${rbacGroup}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: metadataOf(name),
    subjects,
    roleRef: { apiGroup: rbacGroup, kind: 'ClusterRole', name }
  }
}
