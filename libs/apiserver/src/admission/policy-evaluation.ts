/** One policy against one request with one param: what it says of it (`plugin/policy/validating/validator.go`). */
import type * as k8s from '@knative-ts/api/kubernetes'
import { CelFailure } from '../cel/expression.ts'
import { holds } from '../cel/match-conditions.ts'
import type { Compiled, PolicyExpressions } from '../cel/policy-expressions.ts'

/** A refusal: its words, and the reason of the Status that tells it ('' when nothing could be said). */
export interface Refusal {
  readonly message: string
  readonly reason: string
  /** It is one of an audit annotation, which no action softens. */
  readonly always: boolean
}

const LONGEST_MESSAGE = 5 * 1024

/** CEL values of the request, without `variables`. */
export type Facts = Readonly<Record<string, unknown>>

/** What the policy refuses; `size`: about how many bytes of values it looks at. */
export function refusalsOf(policy: k8s.ValidatingAdmissionPolicySpec, compiled: PolicyExpressions, facts: Facts, size: number): Refusal[] {
  const isForgiving = policy.failurePolicy === 'Ignore'
  const failed = (message: string, always = false): Refusal[] => (isForgiving ? [] : [{ message, reason: '', always }])
  const outcome = holds(compiled.conditions, facts, size)
  if (outcome === false) return []
  if (typeof outcome === 'string') return failed(outcome)
  const values = { ...facts, variables: lazyVariables(compiled, facts, size) }
  const refusals = compiled.validations.flatMap(({ rule, condition, message }): Refusal[] => {
    const result = evaluated(condition, values, size)
    if ('failure' in result) return failed(`expression '${condition.text}' resulted in error: ${result.failure}`)
    if (result.value === true) return []
    return [{ message: messageOf(rule, message, values, size), reason: rule.reason ?? 'Invalid', always: false }]
  })
  const annotations = compiled.annotations.flatMap(({ value }) => {
    const result = evaluated(value, values, size)
    return 'failure' in result ? failed(`expression '${value.text}' resulted in error: ${result.failure}`, true) : []
  })
  return [...refusals, ...annotations]
}

/** `variables`: each is computed when it is first asked for, and fails whoever asks for it. */
function lazyVariables({ variables }: PolicyExpressions, facts: Facts, size: number): unknown {
  const values: Record<string, unknown> = Object.create(null) as Record<string, unknown>
  const known = new Map<string, unknown>()
  for (const { name, value } of variables) {
    const get = () => {
      if (known.has(name)) return known.get(name)
      const result = evaluated(value, { ...facts, variables: values }, size)
      if ('failure' in result) throw new Error(`composited variable ${JSON.stringify(name)} fails to evaluate: ${result.failure}`)
      known.set(name, result.value)
      return result.value
    }
    Object.defineProperty(values, name, { enumerable: true, get })
  }
  return values
}

function evaluated(expression: Compiled, values: Facts, size: number): { readonly value: unknown } | { readonly failure: string } {
  if ('problem' in expression) return { failure: expression.problem }
  try {
    return { value: expression.evaluate(values, size) }
  } catch (error) {
    if (error instanceof CelFailure) return { failure: error.message }
    throw error
  }
}

function messageOf(rule: k8s.Validation, made: Compiled | undefined, values: Facts, size: number): string {
  const result = made === undefined ? undefined : evaluated(made, values, size)
  const text = result !== undefined && 'value' in result && typeof result.value === 'string' ? result.value.trim() : ''
  const isGood = text !== '' && Buffer.byteLength(text) <= LONGEST_MESSAGE && !text.includes('\n')
  if (isGood) return text
  return rule.message ? rule.message.trim() : `failed expression: ${rule.expression.trim()}`
}
