/** Warnings, audits and the order of policies. */
import type { Case } from '../../recorded-case.ts'
import { object } from '../builders.ts'
import { policies, policy, policyBinding, webhook, webhooks } from '../webhook-builders.ts'
import { type Json, create, verdict, enforced, expression } from './builders.ts'

export const actions: readonly Case[] = [
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
  }
]
