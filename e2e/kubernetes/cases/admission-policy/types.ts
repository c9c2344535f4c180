/** How expressions are checked against types, and what is stored. */
import type { Case } from '../../recorded-case.ts'
import { policy, policyBinding, rule } from '../webhook-builders.ts'
import { type Json, expression, deployments, ref } from './builders.ts'

const POLICY = 'admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy'

const checked = (name: string, spec: Json): Case => ({
  name: `type check: ${name}`,
  steps: [
    { verb: 'create', object: policy('p', spec), show: 'verdict' },
    { verb: 'wait', of: `${POLICY} $NS-p`, where: { 'status.observedGeneration': 1 }, show: ['status', 'metadata.generation'] }
  ]
})

export const types: readonly Case[] = [
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
  }
]
