/** What expressions see, and what is said when they refuse. */
import type { Case } from '../../recorded-case.ts'
import { configMap, pod } from '../builders.ts'
import { rule } from '../webhook-builders.ts'
import { create, verdict, enforced, expression } from './builders.ts'

export const expressions: readonly Case[] = [
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
  )
]
