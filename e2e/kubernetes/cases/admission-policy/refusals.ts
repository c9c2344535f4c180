/** Policies and bindings that are refused. */
import type { Case } from '../../recorded-case.ts'
import { policy, policyBinding, rule } from '../webhook-builders.ts'
import { type Json, expression } from './builders.ts'

const refused = (name: string, spec: Json): Case => ({
  name: `policy refused: ${name}`,
  steps: [{ verb: 'create', object: policy('p', { ...expression('true'), ...spec }) }]
})

const refusedBinding = (name: string, spec: Json): Case => ({
  name: `binding refused: ${name}`,
  steps: [{ verb: 'create', object: policyBinding('p', spec) }]
})

export const refusals: readonly Case[] = [
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
