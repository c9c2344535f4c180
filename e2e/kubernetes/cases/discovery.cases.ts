/** Discovery: which groups, versions and resources there are, in each of its forms; version and health. */
import type { Case, Step } from '../recorded-case.ts'
import { defined, definition, GROUP, specSchema, version } from './definition-builders.ts'

const get = (path: string, rest: Partial<Step> = {}): Step => ({ verb: 'request', path, ...rest })
const AGGREGATED = { accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList' }
const BETA = { accept: 'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList' }
const ofGroup = (name: string) => ({ of: 'items', names: [name] })
const resources = (path: string, ...names: string[]): Case => ({
  name: `resources of ${path}`,
  steps: [get(path, { keep: { of: 'resources', names } })]
})
const things = definition(
  [
    version(specSchema({ a: { type: 'string' } }), {
      subresources: { status: {}, scale: { specReplicasPath: '.spec.a', statusReplicasPath: '.status.a' } }
    }),
    version(specSchema({}), { name: 'v2beta1', storage: false })
  ],
  { names: { plural: 'things', kind: 'Thing', shortNames: ['th', 'tg'], categories: ['oracle'] } }
)

export const cases: readonly Case[] = [
  { name: 'api versions', steps: [get('/api', { show: ['kind', 'versions'] })] },
  ...[
    'apps',
    'batch',
    'autoscaling',
    'rbac.authorization.k8s.io',
    'events.k8s.io',
    'policy',
    'admissionregistration.k8s.io',
    'apiextensions.k8s.io',
    'coordination.k8s.io',
    'discovery.k8s.io',
    'authentication.k8s.io',
    'authorization.k8s.io',
    'networking.k8s.io'
  ].map((group): Case => ({ name: `group ${group}`, steps: [get(`/apis/${group}`)] })),
  resources(
    '/api/v1',
    'pods',
    'pods/exec',
    'pods/resize',
    'pods/ephemeralcontainers',
    'configmaps',
    'namespaces',
    'serviceaccounts/token',
    'services/proxy',
    'nodes',
    'componentstatuses',
    'persistentvolumes'
  ),
  resources('/apis/apps/v1', 'deployments', 'deployments/scale', 'controllerrevisions', 'statefulsets/status'),
  resources('/apis/rbac.authorization.k8s.io/v1', 'roles', 'clusterroles', 'rolebindings', 'clusterrolebindings'),
  resources('/apis/authentication.k8s.io/v1', 'tokenreviews', 'selfsubjectreviews'),
  resources('/apis/authorization.k8s.io/v1', 'subjectaccessreviews', 'localsubjectaccessreviews', 'selfsubjectrulesreviews'),
  resources('/apis/policy/v1', 'poddisruptionbudgets', 'poddisruptionbudgets/status'),
  resources(
    '/apis/admissionregistration.k8s.io/v1',
    'validatingadmissionpolicies',
    'validatingadmissionpolicies/status',
    'validatingadmissionpolicybindings',
    'mutatingwebhookconfigurations'
  ),
  {
    name: 'unknown group and version',
    steps: [
      get('/apis/nonsense.example'),
      get('/apis/nonsense.example/v1'),
      get('/apis/apps/v9'),
      get('/api/v9'),
      get('/apis/apps/v1/nonsense')
    ]
  },
  {
    name: 'other methods on documents',
    steps: [get('/api', { method: 'POST' }), get('/apis/apps/v1', { method: 'DELETE' }), get('/version', { method: 'POST' })]
  },
  {
    name: 'aggregated groups',
    steps: [
      get('/apis', { headers: AGGREGATED, keep: ofGroup('coordination.k8s.io') }),
      get('/apis', { headers: AGGREGATED, keep: ofGroup('policy') }),
      get('/api', { headers: AGGREGATED, show: ['kind', 'apiVersion', 'items.0.metadata.name', 'items.0.versions.0.version'] })
    ]
  },
  { name: 'aggregated groups, beta form', steps: [get('/apis', { headers: BETA, keep: ofGroup('policy'), heads: ['content-type'] })] },
  {
    name: 'aggregated content type and etag',
    steps: [
      get('/apis', { headers: AGGREGATED, show: ['kind'], heads: ['content-type', 'vary'] }),
      get('/apis', { show: ['kind'], heads: ['content-type'] })
    ]
  },
  {
    name: 'a definition comes and goes',
    steps: [
      ...defined(things),
      { verb: 'wait', verb2: 'request', path: `/apis/${GROUP}/v1`, status: 200, silent: true },
      get(`/apis/${GROUP}`),
      get(`/apis/${GROUP}/v1`),
      get(`/apis/${GROUP}/v2beta1`),
      { verb: 'wait', verb2: 'request', path: '/apis', headers: AGGREGATED, status: 200, silent: true },
      { verb: 'delete', path: `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/things.${GROUP}`, silent: true },
      { verb: 'wait', verb2: 'request', path: `/apis/${GROUP}`, status: 404, show: 'verdict' },
      get(`/apis/${GROUP}/v1`)
    ]
  },
  { name: 'version', steps: [get('/version', { show: ['major', 'minor'] })] },
  {
    name: 'health',
    steps: [
      get('/healthz'),
      get('/livez'),
      get('/readyz'),
      get('/livez/ping'),
      get('/healthz/ping'),
      get('/readyz/nonsense'),
      get('/livez', { query: { exclude: 'ping' } })
    ]
  },
  {
    name: 'issuer discovery',
    steps: [get('/.well-known/openid-configuration', { show: ['response_types_supported', 'subject_types_supported'] })]
  }
]
