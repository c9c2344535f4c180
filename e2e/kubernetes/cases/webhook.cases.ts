/** Admission webhooks: who is asked, what they are asked, and what becomes of what they answer. */
import type { Case, Step } from '../recorded-case.ts'
import { hookPath } from '../hooks.ts'
import { configMap, object, pod, service } from './builders.ts'
import { rule, webhook, webhooks } from './webhook-builders.ts'

type Json = Readonly<Record<string, unknown>>

const V = 'admissionregistration.k8s.io/v1'
const denied = (status?: Json) => ({ response: { allowed: false, ...(status === undefined ? {} : { status }) } })
const patched = (...patch: readonly Json[]) => ({ response: { patch } })
const add = (key: string, value: string) => ({ op: 'add', path: `/data/${key}`, value })
const create = (name = 'one', data: Json = { a: 'b' }, metadata: Json = {}): Step => ({
  verb: 'create',
  object: configMap(name, data, metadata)
})
const asked = (tag: string, ...show: string[]): Step => ({ verb: 'received', tag, ...(show.length > 0 && { show }) })

const validating = (name: string, behaviour: Parameters<typeof webhook>[1], rest: Json, ...steps: Step[]): Case => ({
  name,
  steps: [...webhooks('Validating', [webhook('check', behaviour, rest)]), ...steps]
})
const mutating = (name: string, behaviour: Parameters<typeof webhook>[1], rest: Json, ...steps: Step[]): Case => ({
  name,
  steps: [...webhooks('Mutating', [webhook('change', behaviour, rest)]), ...steps]
})

const configuration = (phase: string, hook: Json) =>
  object(`${V} ${phase}WebhookConfiguration`, `$NS-${phase.toLowerCase()}`, { webhooks: [hook] })
const bare = (rest: Json = {}): Json => ({
  name: 'a.oracle.example',
  admissionReviewVersions: ['v1'],
  sideEffects: 'None',
  clientConfig: { url: 'https://127.0.0.1:1/' },
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': '$NS' } },
  rules: [rule('CREATE', 'v1/configmaps')],
  ...rest
})
const refusedConfiguration = (name: string, rest: Json, phase = 'Validating'): Case => ({
  name: `configuration: ${name}`,
  steps: [{ verb: 'create', object: configuration(phase, bare(rest)) }]
})

const selector = (key: string, operator: string, values?: string[]) => ({
  matchExpressions: [{ key, operator, ...(values && { values }) }]
})

export const cases: readonly Case[] = [
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
  ),

  validating('denied without words', denied(), {}, create()),
  validating('denied with a message', denied({ message: 'not today' }), {}, create()),
  validating('denied with a reason alone', denied({ reason: 'Gone' }), {}, create()),
  validating(
    'denied with code and details',
    denied({
      message: 'slow down',
      code: 429,
      reason: 'TooManyRequests',
      details: { retryAfterSeconds: 3, causes: [{ message: 'm', field: 'f' }] }
    }),
    {},
    create()
  ),
  validating('denied with a code that is none', denied({ message: 'odd', code: 200 }), {}, create()),
  validating('denied with code 500', denied({ message: 'odd', code: 500 }), {}, create()),
  validating(
    'denied update leaves the object',
    denied({ message: 'frozen' }),
    { rules: [rule('UPDATE', 'v1/configmaps')] },
    create(),
    { verb: 'patch', of: 'v1 ConfigMap one', patch: { data: { a: 'z' } } },
    { verb: 'get', of: 'v1 ConfigMap one', show: ['data'] }
  ),
  validating(
    'denied delete leaves the object',
    denied({ message: 'stays' }),
    { rules: [rule('DELETE', 'v1/configmaps')] },
    create(),
    { verb: 'delete', of: 'v1 ConfigMap one' },
    { verb: 'get', of: 'v1 ConfigMap one', show: ['data'] }
  ),
  validating('warnings', { response: { warnings: ['first', 'second "quoted"', 'first'] } }, {}, create()),
  validating('warnings of a denial', { response: { allowed: false, warnings: ['told'], status: { message: 'no' } } }, {}, create()),
  validating('a long warning', { response: { warnings: ['x'.repeat(300)] } }, {}, create()),
  validating('audit annotations are no answer', { response: { auditAnnotations: { key: 'value' } } }, {}, create()),
  validating('a validating webhook that patches', { response: { patch: [add('x', 'y')] } }, {}, create()),

  validating('answer: wrong uid', { response: { uid: 'other' } }, {}, create()),
  validating('answer: no uid', { response: { uid: null } }, {}, create()),
  validating('answer: no response', { text: '{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"}' }, {}, create()),
  validating('answer: response null', { review: { response: null } }, {}, create()),
  validating('answer: another version', { review: { apiVersion: 'admission.k8s.io/v2' } }, {}, create()),
  validating('answer: another kind', { review: { kind: 'Review' } }, {}, create()),
  validating('answer: nothing', { text: '' }, {}, create()),
  validating('answer: no JSON', { text: 'hello' }, {}, create()),
  validating('answer: a list', { text: '[]' }, {}, create()),
  validating('answer: status 500', { status: 500, text: 'broken inside' }, {}, create()),
  validating(
    'answer: status 404 as Status',
    { status: 404, text: '{"kind":"Status","apiVersion":"v1","status":"Failure","message":"gone fishing","reason":"NotFound","code":404}' },
    {},
    create()
  ),
  validating('answer: allowed is a word', { review: { response: { uid: 'x', allowed: 'yes' } } }, {}, create()),
  validating('answer: v1beta1 asked', {}, { admissionReviewVersions: ['v1beta1', 'v1'] }, create(), asked('check', 'operation')),
  validating('failure is ignored', { text: 'hello' }, { failurePolicy: 'Ignore' }, create()),
  validating('nobody listens', {}, { clientConfig: { url: '$NOBODY/x', caBundle: '$HOOKCA' } }, create()),
  validating('nobody listens, ignored', {}, { clientConfig: { url: '$NOBODY/x', caBundle: '$HOOKCA' }, failurePolicy: 'Ignore' }, create()),
  validating('unknown authority', {}, { clientConfig: { url: `$HOOKS${hookPath('check')}` } }, create()),
  validating('a service that is not there', {}, { clientConfig: { service: { namespace: '$NS', name: 'missing', path: '/x' } } }, create()),
  validating('slow beyond the timeout', { delayMs: 1500 }, { timeoutSeconds: 1 }, create()),
  validating('slow beyond the timeout, ignored', { delayMs: 1500 }, { timeoutSeconds: 1, failurePolicy: 'Ignore' }, create()),
  validating(
    'side effects in dry run',
    {},
    { sideEffects: 'NoneOnDryRun' },
    { verb: 'create', object: configMap('one'), query: { dryRun: 'All' }, show: 'verdict' },
    asked('check', 'dryRun')
  ),

  mutating('patch adds', patched(add('x', 'y')), {}, create(), { verb: 'get', of: 'v1 ConfigMap one', show: 'all' }),
  mutating('patch of labels and a missing map', patched({ op: 'add', path: '/metadata/labels', value: { a: 'b' } }), {}, create()),
  mutating('patch that tests in vain', patched({ op: 'test', path: '/data/a', value: 'nope' }), {}, create()),
  mutating('patch of a missing path', patched({ op: 'replace', path: '/data/nope', value: 'x' }), {}, create()),
  mutating('patch removes a missing path', patched({ op: 'remove', path: '/data/nope' }), {}, create()),
  mutating('patch to a wrong type', patched({ op: 'replace', path: '/data', value: 'text' }), {}, create()),
  mutating('patch adds an unknown field', patched({ op: 'add', path: '/nonsense', value: 1 }), {}, create()),
  mutating('patch makes it invalid', patched(add('bad key', 'x')), {}, create()),
  mutating('patch of the name', patched({ op: 'replace', path: '/metadata/name', value: 'two' }), {}, create()),
  mutating('patch of the namespace', patched({ op: 'replace', path: '/metadata/namespace', value: 'default' }), {}, create()),
  mutating(
    'patch sets the name of a generated one',
    patched({ op: 'add', path: '/metadata/name', value: 'chosen' }),
    {},
    {
      verb: 'create',
      object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'made-' } },
      show: ['metadata.name', 'metadata.generateName']
    }
  ),
  mutating('patch that is no list', { response: { patch: 'e30=' } }, {}, create()),
  mutating('patch that is no base64', { response: { patch: '%%%' } }, {}, create()),
  mutating('patch without a type', { response: { patchType: null, patch: [add('x', 'y')] } }, {}, create()),
  mutating('patch of another type', { response: { patchType: 'Merge', patch: [add('x', 'y')] } }, {}, create()),
  mutating('type without a patch', { response: { patchType: 'JSONPatch' } }, {}, create()),
  mutating('an empty patch', patched(), {}, create()),
  mutating('patch and a broken answer, ignored', { text: '{}' }, { failurePolicy: 'Ignore' }, create()),
  mutating('bad patch, ignored', patched({ op: 'remove', path: '/data/nope' }), { failurePolicy: 'Ignore' }, create()),
  mutating('denied by a mutating one', denied({ message: 'changed my mind', code: 409 }), {}, create()),
  mutating(
    'patch in dry run',
    patched(add('x', 'y')),
    {},
    { verb: 'create', object: configMap('one'), query: { dryRun: 'All' } },
    { verb: 'get', of: 'v1 ConfigMap one', show: 'verdict' }
  ),
  mutating('patch on update, managed fields', patched(add('x', 'y')), { rules: [rule('UPDATE', 'v1/configmaps')] }, create(), {
    verb: 'apply',
    object: configMap('one', { b: 'c' }),
    show: 'all'
  }),
  mutating(
    'patch undone on apply twice',
    patched(add('x', 'y')),
    {},
    { verb: 'apply', object: configMap('one'), show: 'all' },
    { verb: 'apply', object: configMap('one'), show: 'all' }
  ),
  mutating(
    'patch of a pod is defaulted',
    patched({ op: 'add', path: '/spec/containers/-', value: { name: 'side', image: 'side:latest' } }),
    { rules: [rule('CREATE', 'v1/pods')] },
    { verb: 'create', object: pod('p'), show: ['spec.containers.1'] }
  ),

  {
    name: 'mutating ones run by name and place',
    steps: [
      ...webhooks(
        'Mutating',
        [
          webhook('one', patched(add('seen', '1'))),
          webhook('two', patched({ op: 'test', path: '/data/seen', value: '1' }, add('seen', '2')))
        ],
        'a'
      ),
      ...webhooks('Mutating', [webhook('three', patched({ op: 'test', path: '/data/seen', value: '2' }, add('seen', '3')))], 'b'),
      create(),
      asked('three', 'object.data')
    ]
  },
  {
    name: 'asked again when somebody changed it after',
    steps: [
      ...webhooks('Mutating', [
        webhook(
          'one',
          { ...patched({ op: 'add', path: '/metadata/annotations', value: { one: 'x' } }), unlessAnnotated: 'one' },
          { reinvocationPolicy: 'IfNeeded' }
        ),
        webhook('two', patched(add('x', 'y'))),
        webhook('three', {}, { reinvocationPolicy: 'IfNeeded' })
      ]),
      create(),
      asked('one', 'object.data'),
      asked('two', 'object.data'),
      asked('three', 'object.data')
    ]
  },
  {
    name: 'not asked again when nobody changed it',
    steps: [
      ...webhooks('Mutating', [webhook('one', patched(add('x', 'y')), { reinvocationPolicy: 'IfNeeded' }), webhook('two', {})]),
      create(),
      asked('one', 'object.data'),
      asked('two', 'object.data')
    ]
  },
  {
    name: 'validating ones see what mutating ones made',
    steps: [
      ...webhooks('Mutating', [webhook('change', patched(add('x', 'y')))]),
      ...webhooks('Validating', [webhook('check')]),
      create(),
      asked('check', 'object.data', 'object.metadata.managedFields')
    ]
  },
  {
    name: 'an object that fails its own rules is asked of mutating ones alone',
    steps: [
      ...webhooks('Mutating', [webhook('change')]),
      ...webhooks('Validating', [webhook('check')]),
      create('one', { 'bad key': 'x' }),
      asked('change', 'object.data'),
      asked('check', 'object.data')
    ]
  },

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
  ),

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
