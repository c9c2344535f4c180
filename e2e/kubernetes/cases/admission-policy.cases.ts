/** ValidatingAdmissionPolicy: what is refused, warned of, and told of the policy itself. */
import type { Case, Step } from '../recorded-case.ts'
import { configMap, deployment, object, pod } from './builders.ts'
import { definition, GROUP, specSchema, thing, V1, version } from './definition-builders.ts'
import { policies, policy, policyBinding, rule, webhook, webhooks } from './webhook-builders.ts'

type Json = Readonly<Record<string, unknown>>

const POLICY = 'admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy'
const create = (name = 'one', data: Json = { a: 'b' }, metadata: Json = {}): Step => ({
  verb: 'create',
  object: configMap(name, data, metadata)
})
const verdict = (step: Step): Step => ({ ...step, show: 'verdict' })

/** One policy bound in the namespace, then these steps. */
const enforced = (name: string, spec: Json, binding: Json, ...steps: Step[]): Case => ({
  name,
  steps: [...policies(policy('p', spec), policyBinding('p', binding)), ...steps]
})
const expression = (text: string, rest: Json = {}): Json => ({ validations: [{ expression: text, ...rest }] })
const refused = (name: string, spec: Json): Case => ({
  name: `policy refused: ${name}`,
  steps: [{ verb: 'create', object: policy('p', { ...expression('true'), ...spec }) }]
})
const refusedBinding = (name: string, spec: Json): Case => ({
  name: `binding refused: ${name}`,
  steps: [{ verb: 'create', object: policyBinding('p', spec) }]
})
const checked = (name: string, spec: Json): Case => ({
  name: `type check: ${name}`,
  steps: [
    { verb: 'create', object: policy('p', spec), show: 'verdict' },
    { verb: 'wait', of: `${POLICY} $NS-p`, where: { 'status.observedGeneration': 1 }, show: ['status', 'metadata.generation'] }
  ]
})
const deployments = { matchConstraints: { resourceRules: [rule('CREATE UPDATE', 'apps/v1/deployments')] } }
const limit = (name: string, data: Json, labels: Json = {}) => configMap(name, data, { labels })
const param = { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' } }
const ref = (name: string, action = 'Deny') => ({ paramRef: { name, namespace: '$NS', parameterNotFoundAction: action } })

export const cases: readonly Case[] = [
  enforced('refuses with the expression', expression("object.data.a == 'x'"), {}, create(), create('two', { a: 'x' })),
  enforced('refuses with a message', expression("object.data.a == 'x'", { message: 'a must be x' }), {}, create()),
  enforced(
    'refuses with a made message',
    expression("object.data.a == 'x'", {
      message: 'unused',
      messageExpression: "'a is ' + object.data.a + ' in ' + namespaceObject.metadata.name"
    }),
    {},
    create()
  ),
  enforced('a made message that fails', expression('false', { message: 'the other', messageExpression: 'object.data.nope' }), {}, create()),
  enforced('a made message that is empty', expression('false', { messageExpression: "'  '" }), {}, create()),
  enforced('a made message of two lines', expression('false', { messageExpression: "'a\\nb'" }), {}, create()),
  ...['Unauthorized', 'Forbidden', 'Invalid', 'RequestEntityTooLarge'].map((reason) =>
    enforced(`refuses with reason ${reason}`, expression('false', { message: 'no', reason }), {}, create())
  ),
  enforced('an expression that fails', expression("object.data.nope == 'x'"), {}, create()),
  enforced('an expression that fails, ignored', { ...expression("object.data.nope == 'x'"), failurePolicy: 'Ignore' }, {}, create()),
  enforced(
    'several refusals',
    {
      validations: [
        { expression: 'false', message: 'first' },
        { expression: 'true' },
        { expression: 'false', message: 'second', reason: 'Forbidden' }
      ]
    },
    {},
    create()
  ),
  enforced(
    'a refusal of an update looks at both',
    expression('object.data.a == oldObject.data.a', { message: 'a may not change' }),
    {},
    verdict({ ...create(), as: 'x' }),
    { verb: 'patch', of: 'v1 ConfigMap one', patch: { data: { a: 'c' } } }
  ),
  enforced('oldObject on create is null', expression('oldObject == null'), {}, verdict(create())),
  enforced(
    'a delete',
    {
      matchConstraints: { resourceRules: [rule('DELETE', 'v1/configmaps')] },
      ...expression("oldObject.data.keep != 'yes'", { message: 'kept' })
    },
    {},
    verdict(create('one', { keep: 'yes' })),
    { verb: 'delete', of: 'v1 ConfigMap one' },
    verdict(create('two', { keep: 'no' })),
    { verb: 'delete', of: 'v1 ConfigMap two', show: 'verdict' }
  ),
  enforced(
    'a connect',
    {
      matchConstraints: { resourceRules: [rule('CONNECT', 'v1/pods/exec')] },
      ...expression("object.container == 'c' && request.subResource == 'exec'", { message: 'no shells' })
    },
    {},
    { verb: 'wait', of: 'v1 ServiceAccount default', status: 200, silent: true },
    verdict({ verb: 'create', object: pod('p') }),
    { verb: 'request', method: 'POST', path: '/api/v1/namespaces/$NS/pods/p/exec', query: { command: 'ls', stdout: 'true' } }
  ),
  enforced(
    'dry run',
    expression('request.dryRun == true', { message: 'dry only' }),
    {},
    create(),
    verdict({ verb: 'create', object: configMap('one'), query: { dryRun: 'All' } })
  ),
  enforced(
    'request',
    expression(
      "request.userInfo.username == 'jane' && 'crew' in request.userInfo.groups && request.operation == 'CREATE' && request.kind.kind == 'ConfigMap' && request.requestKind.version == 'v1' && request.name == 'one' && request.options.kind == 'CreateOptions'",
      { message: 'jane only' }
    ),
    {},
    create('two'),
    { verb: 'create', object: configMap('one'), headers: { 'impersonate-user': 'jane', 'impersonate-group': 'system:masters, crew' } }
  ),
  enforced(
    'variables',
    {
      variables: [
        { name: 'a', expression: 'object.data.a' },
        { name: 'both', expression: "variables.a + object.data.?b.orValue('-')" }
      ],
      validations: [{ expression: "variables.both == 'b-'", messageExpression: "'both is ' + variables.both" }]
    },
    {},
    verdict(create()),
    create('two', { a: '1', b: '2' })
  ),
  enforced(
    'a variable that fails',
    { variables: [{ name: 'a', expression: 'object.data.nope' }], validations: [{ expression: "variables.a == 'x'" }] },
    {},
    create()
  ),
  enforced(
    'a variable that fails and is not used',
    { variables: [{ name: 'a', expression: 'object.data.nope' }], validations: [{ expression: 'true' }] },
    {},
    verdict(create())
  ),
  enforced(
    'namespaceObject',
    expression(
      "namespaceObject.metadata.labels['kubernetes.io/metadata.name'] == '$NS' && namespaceObject.metadata.labels.oracle != 'case'"
    ),
    {},
    create()
  ),
  enforced(
    'authorizer',
    expression(
      "authorizer.group('').resource('secrets').namespace('$NS').check('get').allowed() && !authorizer.path('/healthz').check('delete').allowed()",
      { messageExpression: "'may: ' + string(authorizer.group('').resource('secrets').check('get').allowed())" }
    ),
    {},
    create(),
    { verb: 'create', object: configMap('two'), headers: { 'impersonate-user': 'jane', 'impersonate-group': 'nobody' } }
  ),
  enforced(
    'authorizer of the resource',
    expression(
      "authorizer.requestResource.check('bless').allowed() && authorizer.serviceAccount('$NS', 'default').group('apps').resource('deployments').subresource('scale').name('x').check('get').allowed()",
      { messageExpression: "authorizer.serviceAccount('$NS', 'default').group('apps').resource('deployments').check('get').reason() + '.'" }
    ),
    {},
    create()
  ),
  enforced(
    'match conditions',
    {
      matchConditions: [{ name: 'named', expression: "object.metadata.name.startsWith('x')" }],
      ...expression('false', { message: 'no x' })
    },
    {},
    verdict(create()),
    create('x1')
  ),
  enforced(
    'a match condition that fails',
    { matchConditions: [{ name: 'named', expression: 'object.data.nope == 1' }], ...expression('true') },
    {},
    create()
  ),
  enforced(
    'a match condition that fails, ignored',
    { failurePolicy: 'Ignore', matchConditions: [{ name: 'named', expression: 'object.data.nope == 1' }], ...expression('false') },
    {},
    verdict(create())
  ),
  enforced(
    'resource names',
    {
      matchConstraints: { resourceRules: [rule('CREATE', 'v1/configmaps', { resourceNames: ['one'] })] },
      ...expression('false', { message: 'not one' })
    },
    {},
    verdict(create('two')),
    create()
  ),
  enforced(
    'excluded resources',
    {
      matchConstraints: {
        resourceRules: [rule('CREATE', 'v1/*')],
        excludeResourceRules: [rule('CREATE', 'v1/configmaps', { resourceNames: ['two'] })]
      },
      ...expression('false', { message: 'no' })
    },
    {},
    verdict(create('two')),
    create()
  ),
  enforced(
    'binding matches by object labels',
    expression('false', { message: 'labelled' }),
    {
      matchResources: {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': '$NS' } },
        objectSelector: { matchLabels: { a: 'b' } }
      }
    },
    verdict(create()),
    create('two', {}, { labels: { a: 'b' } })
  ),
  enforced(
    'binding narrows the rules',
    expression('false', { message: 'secrets no' }),
    {
      matchResources: {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': '$NS' } },
        resourceRules: [rule('UPDATE', 'v1/configmaps')]
      }
    },
    verdict(create()),
    { verb: 'patch', of: 'v1 ConfigMap one', patch: { data: { c: 'd' } } }
  ),
  enforced('warns', expression("object.data.a == 'x'", { message: 'a should be x' }), { validationActions: ['Warn'] }, create()),
  enforced('warns and audits', expression("object.data.a == 'x'"), { validationActions: ['Warn', 'Audit'] }, create()),
  enforced('audits', expression("object.data.a == 'x'"), { validationActions: ['Audit'] }, create()),
  enforced('denies and audits', expression("object.data.a == 'x'"), { validationActions: ['Deny', 'Audit'] }, create()),
  enforced('warns of an error', expression('object.data.nope == 1'), { validationActions: ['Warn'] }, create()),
  enforced(
    'audit annotations alone',
    { auditAnnotations: [{ key: 'a', valueExpression: "'x: ' + object.data.a" }] },
    {},
    verdict(create())
  ),
  enforced(
    'an audit annotation that fails',
    { auditAnnotations: [{ key: 'a', valueExpression: 'object.data.nope' }], ...expression('true') },
    {},
    create()
  ),
  {
    name: 'two bindings of one policy',
    steps: [
      ...policies(policy('p', expression('false', { message: 'no' })), policyBinding('p', { validationActions: ['Warn'] }), {
        ...policyBinding('q'),
        spec: { ...(policyBinding('p').spec as Json) }
      } as ReturnType<typeof object>),
      create()
    ]
  },
  { name: 'a policy without a binding', steps: [...policies(policy('p', expression('false'))), verdict(create())] },
  { name: 'a binding without a policy', steps: [...policies(policyBinding('p')), verdict(create())] },
  {
    name: 'policies judge before webhooks, after mutation',
    steps: [
      ...webhooks('Mutating', [webhook('change', { response: { patch: [{ op: 'add', path: '/data/x', value: 'y' }] } })]),
      ...webhooks('Validating', [webhook('check')]),
      ...policies(policy('p', expression('!has(object.data.x)', { message: 'x came' })), policyBinding('p')),
      create(),
      { verb: 'received', tag: 'check', show: ['operation'] }
    ]
  },
  {
    name: 'params by name',
    steps: [
      { verb: 'create', object: limit('limits', { most: '2' }), silent: true },
      ...policies(
        policy('p', {
          ...param,
          ...expression('object.data.size() <= int(params.data.most)', {
            messageExpression: "'at most ' + params.data.most + ' of ' + params.metadata.name"
          })
        }),
        policyBinding('p', ref('limits'))
      ),
      verdict(create()),
      create('two', { a: '', b: '', c: '' })
    ]
  },
  {
    name: 'params of the own namespace',
    steps: [
      { verb: 'create', object: limit('limits', { most: '0' }), silent: true },
      ...policies(
        policy('p', { ...param, ...expression('object.data.size() <= int(params.data.most)') }),
        policyBinding('p', { paramRef: { name: 'limits', parameterNotFoundAction: 'Deny' } })
      ),
      create()
    ]
  },
  {
    name: 'params by selector',
    steps: [
      { verb: 'create', object: limit('l1', { most: '5' }, { l: 'x' }), silent: true },
      { verb: 'create', object: limit('l2', { most: '1' }, { l: 'x' }), silent: true },
      ...policies(
        policy('p', {
          ...param,
          ...expression('object.data.size() <= int(params.data.most)', { messageExpression: "'most ' + params.data.most" })
        }),
        policyBinding('p', { paramRef: { selector: { matchLabels: { l: 'x' } }, parameterNotFoundAction: 'Deny' } })
      ),
      create('two', { a: '', b: '' })
    ]
  },
  ...['Deny', 'Allow'].flatMap((action) => [
    {
      name: `params not found: ${action}`,
      steps: [...policies(policy('p', { ...param, ...expression('params != null') }), policyBinding('p', ref('missing', action))), create()]
    },
    {
      name: `params not selected: ${action}`,
      steps: [
        ...policies(
          policy('p', { ...param, ...expression('params != null') }),
          policyBinding('p', { paramRef: { selector: { matchLabels: { no: 'such' } }, parameterNotFoundAction: action } })
        ),
        create()
      ]
    }
  ]),
  {
    name: 'params not given',
    steps: [
      ...policies(policy('p', { ...param, ...expression('params == null', { message: 'there are params' }) }), policyBinding('p')),
      create()
    ]
  },
  {
    name: 'params of an unknown kind',
    steps: [
      ...policies(
        policy('p', { paramKind: { apiVersion: 'nonsense.example/v1', kind: 'Nothing' }, ...expression('true') }),
        policyBinding('p', ref('x'))
      ),
      create()
    ]
  },
  {
    name: 'custom resources are judged',
    steps: [
      { verb: 'create', object: definition([version(specSchema({ size: { type: 'integer' } }))]), silent: true },
      { verb: 'wait', verb2: 'request', path: `/apis/${V1}/namespaces/$NS/things`, status: 200, silent: true },
      ...policies(
        policy('p', {
          matchConstraints: { resourceRules: [rule('CREATE', `${GROUP}/v1/things`)] },
          ...expression('object.spec.size < 3', { message: 'too big' })
        }),
        policyBinding('p')
      ),
      { verb: 'create', object: thing('big', { size: 3 }) },
      { verb: 'create', object: thing('small', { size: 2 }), show: 'verdict' }
    ]
  },
  enforced(
    'defaults are seen',
    { ...deployments, ...expression('object.spec.replicas != 1', { message: 'defaulted' }) },
    {},
    { verb: 'create', object: deployment('web') }
  ),
  enforced(
    'quantities and labels',
    {
      matchConstraints: { resourceRules: [rule('CREATE', 'v1/configmaps')] },
      ...expression("quantity(object.data.memory).isLessThan(quantity('1Gi')) && object.metadata.?labels.app.hasValue()")
    },
    {},
    create('one', { memory: '512Mi' }),
    verdict(create('two', { memory: '512Mi' }, { labels: { app: 'x' } })),
    create('three', { memory: 'lots' }, { labels: { app: 'x' } })
  ),

  checked('nothing wrong', { ...deployments, ...expression('object.spec.replicas > 1') }),
  checked('an unknown field', { ...deployments, ...expression('object.spec.nope > 1', { message: 'm' }) }),
  {
    name: 'type check: types that do not fit',
    steps: [
      {
        verb: 'create',
        object: policy('p', {
          ...deployments,
          ...expression("object.spec.replicas == 'two'", { messageExpression: 'object.spec.replicas' })
        })
      }
    ]
  },
  checked('no types to check', { matchConstraints: { resourceRules: [rule('CREATE', '*/*/*')] }, ...expression('object.nope > 1') }),
  {
    name: 'policy: what is stored',
    steps: [
      {
        verb: 'create',
        object: policy('p', { ...expression('true'), failurePolicy: undefined, auditAnnotations: [{ key: 'k', valueExpression: "''" }] })
      },
      { verb: 'create', object: policyBinding('p', ref('x')) },
      {
        verb: 'patch',
        of: `${POLICY} $NS-p`,
        patch: { spec: { failurePolicy: 'Ignore' } },
        show: ['metadata.generation', 'spec.failurePolicy']
      }
    ]
  },
  {
    name: 'policy: table',
    steps: [
      { verb: 'create', object: policy('p', expression('true')), silent: true },
      { verb: 'create', object: policyBinding('p'), silent: true },
      {
        verb: 'get',
        of: `${POLICY} $NS-p`,
        headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' },
        show: ['columnDefinitions', 'rows.0.cells.0', 'rows.0.cells.1', 'rows.0.cells.2']
      },
      {
        verb: 'get',
        of: `${POLICY}Binding $NS-p`,
        headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' },
        show: ['columnDefinitions', 'rows.0.cells.0', 'rows.0.cells.1', 'rows.0.cells.2']
      }
    ]
  },

  refused('no match constraints', { matchConstraints: null }),
  refused('no resource rules', { matchConstraints: {} }),
  refused('nothing to do', { validations: [] }),
  refused('syntax', expression('object.')),
  refused('no boolean', expression("'x'")),
  refused('undeclared', expression('self.x == 1')),
  refused('params without a kind', expression('params.x == 1')),
  refused('empty expression', expression('')),
  refused('message of two lines', expression('true', { message: 'a\nb' })),
  refused('blank message', expression('true', { message: ' ' })),
  refused('two lines without a message', expression('true\n&& true')),
  refused('message expression of a wrong type', expression('true', { messageExpression: '1' })),
  refused('message expression syntax', expression('true', { messageExpression: "'a' +" })),
  refused('unknown reason', expression('true', { reason: 'Because' })),
  refused('variable names', {
    variables: [
      { name: 'a-b', expression: '1' },
      { name: 'c', expression: '1' },
      { name: 'c', expression: '2' },
      { name: 'd', expression: 'variables.later' },
      { name: '', expression: '' }
    ]
  }),
  refused('unknown variable', expression('variables.x == 1')),
  refused('audit annotation keys', {
    auditAnnotations: [
      { key: 'a b', valueExpression: "''" },
      { key: 'c', valueExpression: '1' },
      { key: '', valueExpression: "''" }
    ]
  }),
  refused('failure policy', { failurePolicy: 'Maybe' }),
  refused('param kind', { paramKind: { apiVersion: 'v1/2/3', kind: 'a b' } }),
  refused('match conditions', {
    matchConditions: [
      { name: '', expression: 'true' },
      { name: 'x', expression: "variables.a == 'b'" }
    ]
  }),
  refused('rules', {
    matchConstraints: {
      resourceRules: [rule('CREATE *', '*/v1/pods', { apiGroups: ['*', 'apps'], scope: 'Nowhere' })],
      matchPolicy: 'Some'
    }
  }),
  refusedBinding('no policy', { policyName: '' }),
  refusedBinding('no actions', { validationActions: [] }),
  refusedBinding('deny and warn', { validationActions: ['Deny', 'Warn'] }),
  refusedBinding('action twice', { validationActions: ['Deny', 'Deny'] }),
  refusedBinding('unknown action', { validationActions: ['Complain'] }),
  refusedBinding('param ref of both', { paramRef: { name: 'x', selector: {}, parameterNotFoundAction: 'Deny' } }),
  refusedBinding('param ref of neither', { paramRef: { parameterNotFoundAction: 'Deny' } }),
  refusedBinding('param ref without an action', { paramRef: { name: 'x' } }),
  refusedBinding('param ref action', { paramRef: { name: 'x', parameterNotFoundAction: 'Maybe' } }),
  refusedBinding('match resources', {
    matchResources: { objectSelector: { matchExpressions: [{ key: 'a', operator: 'Is' }] }, matchPolicy: 'Some' }
  })
]
