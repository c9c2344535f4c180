/** What the cases of admission-policy are made of. */
import type { Case, Step } from '../../recorded-case.ts'
import { configMap } from '../builders.ts'
import { policies, policy, policyBinding, rule } from '../webhook-builders.ts'

export type Json = Readonly<Record<string, unknown>>

export const create = (name = 'one', data: Json = { a: 'b' }, metadata: Json = {}): Step => ({
  verb: 'create',
  object: configMap(name, data, metadata)
})

export const verdict = (step: Step): Step => ({ ...step, show: 'verdict' })

/** One policy bound in the namespace, then these steps. */
export const enforced = (name: string, spec: Json, binding: Json, ...steps: Step[]): Case => ({
  name,
  steps: [...policies(policy('p', spec), policyBinding('p', binding)), ...steps]
})

export const expression = (text: string, rest: Json = {}): Json => ({ validations: [{ expression: text, ...rest }] })

export const deployments = { matchConstraints: { resourceRules: [rule('CREATE UPDATE', 'apps/v1/deployments')] } }

export const ref = (name: string, action = 'Deny') => ({ paramRef: { name, namespace: '$NS', parameterNotFoundAction: action } })
