/** What a webhook is asked of each kind of request. */
import type { Case } from '../../recorded-case.ts'
import { configMap, object, pod, service } from '../builders.ts'
import { rule, webhook, webhooks } from '../webhook-builders.ts'
import { denied, create, asked, validating } from './builders.ts'

export const reviews: readonly Case[] = [
  validating('review of a create', {}, {}, { ...create(), as: 'jane' }, asked('check')),
  validating(
    'review of an update',
    {},
    {},
    create(),
    { verb: 'update', of: 'v1 ConfigMap one', change: { data: { c: 'd' } } as object, as: 'jane' },
    asked('check', 'operation', 'options', 'oldObject.data', 'object.data', 'dryRun', 'requestKind')
  ),
  validating(
    'review of a patch',
    {},
    {},
    create(),
    {
      verb: 'patch',
      of: 'v1 ConfigMap one',
      patch: { data: { c: null, x: 'y' } },
      query: { fieldManager: 'me', fieldValidation: 'Strict' }
    },
    asked('check', 'operation', 'options', 'object.data')
  ),
  validating(
    'review of an apply',
    {},
    {},
    { verb: 'apply', object: configMap('one') },
    { verb: 'apply', object: configMap('one', { a: 'c' }), query: { force: 'true' } },
    asked('check', 'operation', 'options', 'object.data', 'oldObject.data')
  ),
  validating(
    'review of a delete',
    {},
    { rules: [rule('DELETE', 'v1/configmaps')] },
    create(),
    { verb: 'delete', of: 'v1 ConfigMap one', options: { propagationPolicy: 'Background', gracePeriodSeconds: 5 } },
    asked('check', 'operation', 'options', 'oldObject.data', 'object', 'name', 'namespace')
  ),
  validating(
    'review of a delete without options',
    {},
    { rules: [rule('DELETE', 'v1/configmaps')] },
    create(),
    { verb: 'delete', of: 'v1 ConfigMap one' },
    asked('check', 'options')
  ),
  validating(
    'review of a collection that goes',
    {},
    { rules: [rule('DELETE', 'v1/configmaps')] },
    create('a'),
    create('b'),
    {
      verb: 'request',
      method: 'DELETE',
      path: '/api/v1/namespaces/$NS/configmaps',
      query: { labelSelector: 'x notin (y)', fieldSelector: 'metadata.name=b' },
      show: 'verdict'
    },
    asked('check', 'operation', 'name', 'oldObject.metadata.name', 'options')
  ),
  validating(
    'review in dry run',
    {},
    {},
    { verb: 'create', object: configMap('one'), query: { dryRun: 'All', fieldManager: 'dry' } },
    asked('check', 'dryRun', 'options')
  ),
  validating(
    'review of a generated name',
    {},
    {},
    { verb: 'create', object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'made-' } }, show: ['data'] },
    asked('check', 'name', 'object.metadata.generateName')
  ),
  validating(
    'review by somebody else',
    {},
    {},
    {
      verb: 'create',
      object: configMap('one'),
      headers: {
        'impersonate-user': 'jane',
        'impersonate-group': 'system:masters',
        'impersonate-uid': '42',
        'impersonate-extra-scopes': 'view'
      }
    },
    asked('check', 'userInfo')
  ),
  validating(
    'review of a status update',
    {},
    { rules: [rule('UPDATE', 'v1/services/status')] },
    { verb: 'create', object: service('web', { type: 'LoadBalancer' }), show: 'verdict' },
    {
      verb: 'patch',
      of: 'v1 Service web',
      sub: 'status',
      patch: { status: { loadBalancer: { ingress: [{ ip: '10.0.0.1' }] } } },
      show: 'verdict'
    },
    { verb: 'patch', of: 'v1 Service web', patch: { metadata: { labels: { a: 'b' } } }, show: 'verdict' },
    asked('check', 'kind', 'resource', 'subResource', 'requestSubResource', 'object.status')
  ),
  validating(
    'review of a scale',
    {},
    { rules: [rule('UPDATE', 'apps/v1/deployments/scale')] },
    {
      verb: 'create',
      object: object('apps/v1 Deployment', 'web', {
        spec: {
          replicas: 0,
          selector: { matchLabels: { a: 'b' } },
          template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } }
        }
      }),
      show: 'verdict'
    },
    {
      verb: 'patch',
      of: 'apps/v1 Deployment web',
      sub: 'scale',
      patch: { spec: { replicas: 0 }, metadata: { annotations: { a: 'b' } } },
      show: 'verdict'
    },
    asked('check', 'kind', 'requestKind', 'resource', 'subResource', 'object.kind', 'object.apiVersion', 'object.spec', 'oldObject.kind')
  ),
  {
    name: 'review of an eviction',
    pods: true,
    steps: [
      ...webhooks('Validating', [webhook('check', {}, { rules: [rule('CREATE', 'v1/pods/eviction')] })]),
      { verb: 'create', object: pod('p'), show: 'verdict' },
      {
        verb: 'request',
        method: 'POST',
        path: '/api/v1/namespaces/$NS/pods/p/eviction',
        body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'p' } },
        show: 'verdict'
      },
      asked('check', 'kind', 'requestKind', 'resource', 'subResource', 'name', 'object', 'oldObject', 'operation', 'options')
    ]
  },
  {
    name: 'review of an exec',
    pods: true,
    steps: [
      ...webhooks('Validating', [
        webhook('check', denied({ message: 'no shells', code: 403, reason: 'Forbidden' }), {
          rules: [rule('CONNECT', 'v1/pods/exec')],
          objectSelector: {}
        })
      ]),
      { verb: 'create', object: pod('p'), show: 'verdict' },
      {
        verb: 'request',
        method: 'POST',
        path: '/api/v1/namespaces/$NS/pods/p/exec',
        query: { command: ['ls', '-l'], stdout: 'true' },
        as: 'jane'
      },
      asked('check')
    ]
  },
  {
    name: 'review of a binding',
    pods: true,
    steps: [
      ...webhooks('Validating', [webhook('check', denied(), { rules: [rule('CREATE', 'v1/pods/binding')] })]),
      { verb: 'create', object: pod('p'), show: 'verdict' },
      {
        verb: 'request',
        method: 'POST',
        path: '/api/v1/namespaces/$NS/pods/p/binding',
        body: { apiVersion: 'v1', kind: 'Binding', metadata: { name: 'p' }, target: { kind: 'Node', name: 'nowhere' } }
      },
      asked('check', 'kind', 'subResource', 'object.target', 'object.metadata.name')
    ]
  },
  validating(
    'review of a token request',
    {},
    { rules: [rule('CREATE', 'v1/serviceaccounts/token')] },
    { verb: 'create', object: object('v1 ServiceAccount', 'sa'), show: 'verdict' },
    {
      verb: 'request',
      method: 'POST',
      path: '/api/v1/namespaces/$NS/serviceaccounts/sa/token',
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { audiences: ['x'] } },
      show: 'verdict'
    },
    asked('check', 'kind', 'resource', 'subResource', 'name', 'object.kind', 'object.spec.audiences', 'options')
  ),
  validating(
    'review of a namespace',
    {},
    { rules: [rule('CREATE UPDATE DELETE', 'v1/namespaces')] },
    { verb: 'patch', path: '/api/v1/namespaces/$NS', patch: { metadata: { labels: { more: 'x' } } }, show: 'verdict' },
    asked('check', 'kind', 'name', 'namespace', 'operation')
  )
]
