/** `matchConditions` of admission webhooks and policies: whether a request is one that they want to see (`plugin/webhook/matchconditions`). */
import type * as k8s from '@knative-ts/api/kubernetes'
import type { Authorizer } from '../auth/authorizer.ts'
import type { Call } from '../requests/call.ts'
import { admissionEnvironment, checkingEnvironment, typedExpression } from './admission-environment.ts'
import { authorizerValue } from './authorizer-functions.ts'
import { CelFailure, compileExpression, type Expression } from './expression.ts'
import { plainValue } from './values.ts'

/** What conditions look at; JSON values, null for what is not there. */
export interface Asked {
  readonly object: unknown
  readonly oldObject: unknown
  readonly request: unknown
}

/** Who may be asked for what, on behalf of the call's user. */
export interface Asker {
  readonly authorizer: Authorizer
  readonly call: Call
}

/** Why a text is no match condition; undefined when it is one. */
export const matchConditionProblem = (text: string, params = false) =>
  typedExpression(checkingEnvironment({ authorizer: true, params }), text, ['bool']).problem

/** Compiled conditions of one webhook. Conditions that were stored by another server and do not compile fail when they are asked. */
export type MatchConditions = readonly (Expression | { readonly text: string; readonly problem: string })[]

export function compileMatchConditions(conditions: readonly k8s.MatchCondition[] | undefined, params = false): MatchConditions {
  if (conditions === undefined || conditions.length === 0) return []
  const cel = admissionEnvironment()
  return conditions.map(({ expression: text }) => {
    const problem = matchConditionProblem(text, params)
    return problem === undefined ? compileExpression(cel, text) : { text, problem }
  })
}

/** `authorizer` for the request of a call. */
export function authorizerOf({ authorizer, call }: Asker): unknown {
  const { type, subresource, namespace, name, user } = call
  const requested = { group: type.group, resource: type.plural, subresource, namespace, name }
  return authorizerValue((who, attributes) => authorizer.authorize(who, attributes), user, requested)
}

/** `true` when every condition holds, `false` when one does not; otherwise why that cannot be said. */
export function meetsConditions(conditions: MatchConditions, asked: Asked, asker: Asker, params?: unknown): boolean | string {
  const { object, oldObject, request } = asked
  const uses = (name: string): boolean => conditions.some((condition) => !('problem' in condition) && condition.uses(name))
  // Most conditions look at the request alone: whole objects are not made for nobody.
  const seen = [object, oldObject].map((one, index) => (uses(index === 0 ? 'object' : 'oldObject') ? one : null))
  const variables = {
    object: plainValue(seen[0]),
    oldObject: plainValue(seen[1]),
    request: plainValue(request),
    params: plainValue(params),
    authorizer: authorizerOf(asker)
  }
  return holds(conditions, variables, JSON.stringify(seen).length)
}

/** As {@link meetsConditions}, with the variables at hand; `size`: about how many bytes of values they are. */
export function holds(conditions: MatchConditions, variables: Readonly<Record<string, unknown>>, size: number): boolean | string {
  const errors: string[] = []
  for (const condition of conditions) {
    const outcome = 'problem' in condition ? condition.problem : outcomeOf(condition, variables, size)
    if (outcome === false) return false
    if (typeof outcome === 'string') errors.push(`expression '${condition.text}' resulted in error: ${outcome}`)
  }
  if (errors.length === 0) return true
  return errors.length === 1 ? (errors[0] ?? '') : `[${errors.join(', ')}]`
}

function outcomeOf(condition: Expression, variables: Readonly<Record<string, unknown>>, size: number): boolean | string {
  try {
    return condition.evaluate(variables, size) === true
  } catch (error) {
    if (error instanceof CelFailure) return error.message
    throw error
  }
}
