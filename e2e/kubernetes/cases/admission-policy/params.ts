/** Parameters of policies. */
import type { Case } from '../../recorded-case.ts'
import { configMap, deployment } from '../builders.ts'
import { definition, GROUP, specSchema, thing, V1, version } from '../definition-builders.ts'
import { policies, policy, policyBinding, rule } from '../webhook-builders.ts'
import { type Json, create, verdict, enforced, expression, deployments, ref } from './builders.ts'

const limit = (name: string, data: Json, labels: Json = {}) => configMap(name, data, { labels })

const param = { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' } }

export const params: readonly Case[] = [
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
  )
]
