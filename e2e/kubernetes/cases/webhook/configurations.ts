/** Configurations that are refused, and what is kept of others. */
import type { Case } from '../../recorded-case.ts'
import { object } from '../builders.ts'
import { rule, webhook, webhooks } from '../webhook-builders.ts'
import { V, denied, configuration, bare, refusedConfiguration } from './builders.ts'

export const configurations: readonly Case[] = [
  refusedConfiguration('accepted', {}),
  refusedConfiguration('accepted, mutating', {}, 'Mutating'),
  refusedConfiguration('name of two parts', { name: 'a.b' }),
  refusedConfiguration('name with capitals', { name: 'A.oracle.example' }),
  refusedConfiguration('no name', { name: '' }),
  refusedConfiguration('http url', { clientConfig: { url: 'http://127.0.0.1/' } }),
  refusedConfiguration('url without a host', { clientConfig: { url: 'https:///x' } }),
  refusedConfiguration('url with user, query and fragment', { clientConfig: { url: 'https://me@host/x?y=z#w' } }),
  refusedConfiguration('url and service', { clientConfig: { url: 'https://host/', service: { namespace: 'a', name: 'b' } } }),
  refusedConfiguration('no client config', { clientConfig: {} }),
  refusedConfiguration('service without a name', { clientConfig: { service: { namespace: 'a', name: '' } } }),
  refusedConfiguration('service with a bad path and port', {
    clientConfig: { service: { namespace: 'a', name: 'b', path: 'x//y/', port: 70000 } }
  }),
  refusedConfiguration('service with two slashes', { clientConfig: { service: { namespace: 'a', name: 'b', path: '//' } } }),
  refusedConfiguration('side effects Some', { sideEffects: 'Some' }),
  refusedConfiguration('side effects nonsense', { sideEffects: 'Maybe' }),
  refusedConfiguration('no side effects', { sideEffects: undefined }),
  refusedConfiguration('no review versions', { admissionReviewVersions: [] }),
  refusedConfiguration('unknown review versions', { admissionReviewVersions: ['v9'] }),
  refusedConfiguration('bad and repeated review versions', { admissionReviewVersions: ['v1', 'v1', 'V-1'] }),
  refusedConfiguration('timeout 0', { timeoutSeconds: 0 }),
  refusedConfiguration('timeout 31', { timeoutSeconds: 31 }),
  refusedConfiguration('failure policy nonsense', { failurePolicy: 'Never' }),
  refusedConfiguration('match policy nonsense', { matchPolicy: 'Loose' }),
  refusedConfiguration('reinvocation policy nonsense', { reinvocationPolicy: 'Always' }, 'Mutating'),
  refusedConfiguration('rules: no operations', { rules: [rule('CREATE', 'v1/pods', { operations: [] })] }),
  refusedConfiguration('rules: star and others', {
    rules: [rule('* CREATE', 'v1/pods', { apiGroups: ['*', 'x'], apiVersions: ['*', 'v1'] })]
  }),
  refusedConfiguration('rules: unknown operation', { rules: [rule('LIST', 'v1/pods')] }),
  refusedConfiguration('rules: nothing', { rules: [{}] }),
  refusedConfiguration('rules: empty version and resource', {
    rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: [''], resources: [''] }]
  }),
  refusedConfiguration('rules: resources that overlap', {
    rules: [rule('CREATE', 'v1/pods', { resources: ['*', 'pods', '*/*', 'pods/*', 'pods/status', '*/status'] })]
  }),
  refusedConfiguration('rules: bad scope', { rules: [rule('CREATE', 'v1/pods', { scope: 'Everywhere' })] }),
  refusedConfiguration('bad selector', {
    objectSelector: { matchExpressions: [{ key: 'a', operator: 'In' }] },
    namespaceSelector: { matchLabels: { 'a b': 'c' } }
  }),
  refusedConfiguration('conditions: no expression', { matchConditions: [{ name: 'x', expression: '' }] }),
  refusedConfiguration('conditions: bad and repeated names', {
    matchConditions: [
      { name: 'x y', expression: 'true' },
      { name: 'a', expression: 'true' },
      { name: 'a', expression: 'true' },
      { name: '', expression: 'true' }
    ]
  }),
  refusedConfiguration('conditions: no boolean', { matchConditions: [{ name: 'x', expression: "'text'" }] }),
  refusedConfiguration('conditions: syntax', { matchConditions: [{ name: 'x', expression: 'object. ==' }] }),
  refusedConfiguration('conditions: unknown variable', { matchConditions: [{ name: 'x', expression: 'params.x == 1 || unknown' }] }),
  refusedConfiguration('conditions: unknown field of the request', { matchConditions: [{ name: 'x', expression: 'request.nope' }] }),
  refusedConfiguration('ca bundle nonsense', { clientConfig: { url: 'https://host/', caBundle: 'bm90IGEgY2VydA==' } }),
  {
    name: 'configuration: two of one name',
    steps: [{ verb: 'create', object: object(`${V} ValidatingWebhookConfiguration`, '$NS-two', { webhooks: [bare(), bare()] }) }]
  },
  {
    name: 'configuration: generation counts',
    steps: [
      { verb: 'create', object: configuration('Validating', bare()), show: ['metadata.generation'] },
      {
        verb: 'patch',
        of: `${V} ValidatingWebhookConfiguration $NS-validating`,
        patch: { metadata: { labels: { a: 'b' } } },
        show: ['metadata.generation']
      },
      {
        verb: 'patch',
        of: `${V} ValidatingWebhookConfiguration $NS-validating`,
        type: 'strategic',
        patch: { webhooks: [{ name: 'a.oracle.example', timeoutSeconds: 3 }] },
        show: ['metadata.generation', 'webhooks.0.timeoutSeconds', 'webhooks.0.clientConfig']
      }
    ]
  },
  {
    name: 'configuration: table',
    steps: [
      { verb: 'create', object: configuration('Mutating', bare()), silent: true },
      {
        verb: 'get',
        of: `${V} MutatingWebhookConfiguration $NS-mutating`,
        headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' },
        show: ['columnDefinitions', 'rows.0.cells.0', 'rows.0.cells.1']
      }
    ]
  },
  {
    name: 'configurations are not asked about themselves',
    steps: [
      ...webhooks('Validating', [
        webhook('check', denied(), {
          rules: [rule('*', 'admissionregistration.k8s.io/*/*')],
          namespaceSelector: {},
          objectSelector: { matchLabels: { only: '$NS' } }
        })
      ]),
      {
        verb: 'create',
        object: { ...configuration('Mutating', bare()), metadata: { name: '$NS-x', labels: { only: '$NS' } } },
        show: 'verdict'
      }
    ]
  }
]
