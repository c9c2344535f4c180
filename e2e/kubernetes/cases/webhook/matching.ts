/** Rules, selectors and conditions: which webhooks are asked. */
import type { Case } from '../../recorded-case.ts'
import { configMap, object, service } from '../builders.ts'
import { rule, webhook, webhooks } from '../webhook-builders.ts'
import { denied, create, asked, validating, refusedConfiguration } from './builders.ts'

const selector = (key: string, operator: string, values?: string[]) => ({
  matchExpressions: [{ key, operator, ...(values && { values }) }]
})

export const matching: readonly Case[] = [
  validating('rule: all groups, versions and resources', denied({ message: 'all' }), { rules: [rule('*', '*/*/*')] }, create()),
  validating(
    'rule: resource star slash status',
    denied({ message: 'all' }),
    { rules: [rule('UPDATE', 'v1/*/status')] },
    { verb: 'create', object: service('web'), show: 'verdict' },
    { verb: 'patch', of: 'v1 Service web', sub: 'status', patch: { status: { conditions: [] } } }
  ),
  validating('rule: another operation', denied(), { rules: [rule('DELETE', 'v1/configmaps')] }, { ...create(), show: 'verdict' }),
  validating(
    'rule: cluster scope',
    denied(),
    { rules: [rule('CREATE', 'v1/configmaps', { scope: 'Cluster' })] },
    { ...create(), show: 'verdict' }
  ),
  validating('rule: namespaced scope', denied(), { rules: [rule('CREATE', 'v1/configmaps', { scope: 'Namespaced' })] }, create()),
  validating(
    'object selector does not match',
    denied(),
    { objectSelector: { matchLabels: { a: 'b' } } },
    { ...create(), show: 'verdict' },
    create('two', {}, { labels: { a: 'b' } })
  ),
  validating(
    'object selector matches the old object',
    denied({ message: 'was selected' }),
    { objectSelector: { matchLabels: { a: 'b' } }, rules: [rule('UPDATE', 'v1/configmaps')] },
    { ...create('one', {}, { labels: { a: 'b' } }), show: 'verdict' },
    { verb: 'patch', of: 'v1 ConfigMap one', patch: { metadata: { labels: null } } }
  ),
  {
    name: 'namespace selector by expression',
    labels: { stage: 'dev' },
    steps: [
      ...webhooks('Validating', [
        webhook('check', denied({ message: 'dev only' }), {
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': '$NS' }, ...selector('stage', 'In', ['dev', 'test']) }
        })
      ]),
      create()
    ]
  },
  {
    name: 'namespace selector excludes',
    labels: { stage: 'prod' },
    steps: [
      ...webhooks('Validating', [
        webhook('check', denied(), {
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': '$NS' }, ...selector('stage', 'NotIn', ['prod']) }
        })
      ]),
      { ...create(), show: 'verdict' }
    ]
  },

  validating(
    'equivalent: events.k8s.io for core events',
    {},
    { rules: [rule('CREATE', 'events.k8s.io/v1/events')] },
    {
      verb: 'create',
      object: object('v1 Event', 'e', {
        involvedObject: { kind: 'Pod', namespace: '$NS', name: 'p' },
        reason: 'R',
        message: 'm',
        type: 'Normal'
      }),
      show: 'verdict'
    },
    asked('check', 'kind', 'resource', 'requestKind', 'requestResource')
  ),
  validating(
    'equivalent: autoscaling/v1 for v2',
    {},
    { rules: [rule('CREATE', 'autoscaling/v1/horizontalpodautoscalers')] },
    {
      verb: 'create',
      object: object('autoscaling/v2 HorizontalPodAutoscaler', 'h', {
        spec: {
          maxReplicas: 3,
          scaleTargetRef: { kind: 'Deployment', name: 'd' },
          metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 40 } } }]
        }
      }),
      show: 'verdict'
    },
    asked('check', 'kind', 'resource', 'requestKind', 'requestResource', 'object.apiVersion', 'object.spec')
  ),
  validating(
    'exact: autoscaling/v1 is not v2',
    denied(),
    { matchPolicy: 'Exact', rules: [rule('CREATE', 'autoscaling/v1/horizontalpodautoscalers')] },
    {
      verb: 'create',
      object: object('autoscaling/v2 HorizontalPodAutoscaler', 'h', {
        spec: { maxReplicas: 3, scaleTargetRef: { kind: 'Deployment', name: 'd' } }
      }),
      show: 'verdict'
    }
  ),

  validating(
    'match condition holds',
    denied({ message: 'met' }),
    {
      matchConditions: [
        { name: 'named', expression: "object.metadata.name == 'one'" },
        { name: 'not-nodes', expression: "!('system:nodes' in request.userInfo.groups)" }
      ]
    },
    create(),
    { ...create('two'), show: 'verdict' }
  ),
  validating(
    'match condition fails to evaluate',
    {},
    { matchConditions: [{ name: 'label', expression: "object.metadata.labels['x'] == 'y'" }] },
    create()
  ),
  refusedConfiguration('conditions: not of a boolean', {
    matchConditions: [
      { name: 'label', expression: "object.metadata.labels['x'] == 'y'" },
      { name: 'other', expression: 'object.nope.deep' }
    ]
  }),
  validating(
    'match condition fails, another is false',
    denied(),
    {
      matchConditions: [
        { name: 'label', expression: "object.metadata.labels['x'] == 'y'" },
        { name: 'no', expression: 'false' }
      ]
    },
    { ...create(), show: 'verdict' }
  ),
  validating(
    'match condition fails to evaluate, ignored',
    denied(),
    { failurePolicy: 'Ignore', matchConditions: [{ name: 'label', expression: "object.metadata.labels['x'] == 'y'" }] },
    { ...create(), show: 'verdict' }
  ),
  validating(
    'match condition on the request',
    denied({ message: 'met' }),
    {
      matchConditions: [
        {
          name: 'op',
          expression:
            "request.operation == 'CREATE' && request.kind.kind == 'ConfigMap' && request.resource.resource == 'configmaps' && request.namespace == '$NS' && request.name == 'one' && request.dryRun != true"
        }
      ]
    },
    create()
  ),
  validating(
    'match condition asks the authorizer',
    denied({ message: 'may' }),
    {
      matchConditions: [{ name: 'may', expression: "authorizer.group('').resource('configmaps').namespace('$NS').check('get').allowed()" }]
    },
    create(),
    { verb: 'create', object: configMap('two'), show: 'verdict', headers: { 'impersonate-user': 'jane', 'impersonate-group': 'nobody' } }
  ),
  validating(
    'match condition on a delete',
    denied({ message: 'met' }),
    {
      rules: [rule('DELETE', 'v1/configmaps')],
      matchConditions: [{ name: 'old', expression: "object == null && oldObject.data.a == 'b'" }]
    },
    create(),
    { verb: 'delete', of: 'v1 ConfigMap one' }
  )
]
