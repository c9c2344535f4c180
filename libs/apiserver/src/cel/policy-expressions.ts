/** The expressions of a ValidatingAdmissionPolicy, compiled once. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { errorText } from '@knative-ts/kube'
import { admissionEnvironment } from './admission-environment.ts'
import { compileExpression, type Expression } from './expression.ts'
import { compileMatchConditions, type MatchConditions } from './match-conditions.ts'

/** An expression, or why it is none: it was stored by somebody else. */
export type Compiled = Expression | { readonly text: string; readonly problem: string }

export interface PolicyExpressions {
  readonly conditions: MatchConditions
  readonly variables: readonly { readonly name: string; readonly value: Compiled }[]
  readonly validations: readonly { readonly rule: k8s.Validation; readonly condition: Compiled; readonly message: Compiled | undefined }[]
  readonly annotations: readonly { readonly key: string; readonly value: Compiled }[]
}

/** Compiles what a policy says; nothing of it throws before it is used. */
export function compilePolicy(spec: k8s.ValidatingAdmissionPolicySpec): PolicyExpressions {
  const environment = admissionEnvironment()
  const compile = (text: string): Compiled => {
    try {
      return compileExpression(environment, text)
    } catch (error) {
      return { text, problem: `compilation failed: ${errorText(error).split('\n', 1)[0] ?? ''}` }
    }
  }
  return {
    conditions: compileMatchConditions(spec.matchConditions, spec.paramKind != null),
    variables: (spec.variables ?? []).map(({ name, expression }) => ({ name, value: compile(expression) })),
    validations: (spec.validations ?? []).map((rule) => ({
      rule,
      condition: compile(rule.expression),
      message: rule.messageExpression ? compile(rule.messageExpression) : undefined
    })),
    annotations: (spec.auditAnnotations ?? []).map(({ key, valueExpression }) => ({ key, value: compile(valueExpression) }))
  }
}
