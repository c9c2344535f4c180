/** `matchConditions` of admission webhooks: whether a request is one that the webhook wants to see (`plugin/webhook/matchconditions`). */
import type * as k8s from '@knative-ts/api/kubernetes'
import { celEnvironment } from './environment.ts'
import { CelFailure, compileExpression, expressionProblem, type Expression } from './expression.ts'
import { plainValue } from './values.ts'

const VARIABLES = ['object', 'oldObject', 'request'] as const

/** What conditions look at; JSON values, null for what is not there. */
export interface Asked {
  readonly object: unknown
  readonly oldObject: unknown
  readonly request: unknown
}

function environment() {
  const cel = celEnvironment()
  for (const name of VARIABLES) cel.registerVariable(name, 'dyn')
  return cel
}

/** Why a text is no match condition; undefined when it is one. */
export const matchConditionProblem = (text: string) => expressionProblem(environment(), text, 'bool')

/** Compiled conditions of one webhook. Conditions that were stored by another server and do not compile fail when they are asked. */
export type MatchConditions = readonly (Expression | { readonly text: string; readonly problem: string })[]

export function compileMatchConditions(conditions: readonly k8s.MatchCondition[] | undefined): MatchConditions {
  if (conditions === undefined || conditions.length === 0) return []
  const cel = environment()
  return conditions.map(({ expression: text }) => {
    const problem = expressionProblem(cel, text, 'bool')
    return problem === undefined ? compileExpression(cel, text) : { text, problem }
  })
}

/** `true` when every condition holds, `false` when one does not; otherwise why that cannot be said. */
export function meetsConditions(conditions: MatchConditions, { object, oldObject, request }: Asked): boolean | string {
  const variables = { object: plainValue(object), oldObject: plainValue(oldObject), request: plainValue(request) }
  const size = JSON.stringify([object, oldObject]).length
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
