/** What a definition's own rules must be before they are stored: texts that compile against the schema they are in. */
import { invalidValue, required, unsupportedValue, type Cause } from '../http/errors.ts'
import type { Schema, SchemaRule } from '../schema/schema.ts'
import { declareType } from './declared-types.ts'
import { celEnvironment } from './environment.ts'
import { expressionProblem } from './expression.ts'
import { goJson } from '../schema/go-text.ts'

const REASONS = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired']
const LINE_BREAK = /[\r\n]/

/** Causes by which the rules in `schema` are no rules. `field` is the path of the schema. */
export function rulesProblems(schema: Schema, field: string, isRoot = true, uncorrelatable?: string): Cause[] {
  const rules = schema['x-kubernetes-validations'] ?? []
  const own = rules.flatMap((rule, index) =>
    ruleProblems(schema, rule, `${field}.x-kubernetes-validations[${index}]`, isRoot, uncorrelatable)
  )
  const isLoose = schema.type === 'array' && schema['x-kubernetes-list-type'] !== 'map'
  const within = uncorrelatable ?? (isLoose || schema['x-kubernetes-map-type'] === 'atomic' ? field : undefined)
  const inner = Object.entries(schema.properties ?? {}).flatMap(([name, one]) =>
    isRoot && name === 'metadata' ? [] : rulesProblems(one, `${field}.properties[${name}]`, false, within)
  )
  return [
    ...own,
    ...inner,
    ...(schema.items === undefined ? [] : rulesProblems(schema.items, `${field}.items`, false, within)),
    ...(typeof schema.additionalProperties === 'object'
      ? rulesProblems(schema.additionalProperties, `${field}.additionalProperties`, false, within)
      : [])
  ]
}

function ruleProblems(schema: Schema, rule: SchemaRule, field: string, isRoot: boolean, uncorrelatable: string | undefined): Cause[] {
  const { message, messageExpression, reason, fieldPath } = rule
  const found: Cause[] = []
  const text = rule.rule?.trim() ?? ''
  if (text === '') found.push(required(`${field}.rule`, 'rule is not specified'))
  else if (message !== undefined && message !== '' && message.trim() === '')
    found.push(invalidValue(`${field}.message`, message, 'must be non-empty if specified'))
  else if (message !== undefined && LINE_BREAK.test(message))
    found.push(invalidValue(`${field}.message`, message, 'must not contain line breaks'))
  else if (LINE_BREAK.test(text) && !message && !messageExpression)
    found.push(required(`${field}.message`, 'message must be specified if rule contains line breaks'))
  if (messageExpression !== undefined && messageExpression !== '' && messageExpression.trim() === '')
    found.push(required(`${field}.messageExpression`, 'messageExpression must be non-empty if specified'))
  if (reason !== undefined && !REASONS.includes(reason)) found.push(unsupportedValue(`${field}.reason`, reason, REASONS))
  if (fieldPath !== undefined && fieldPath !== '' && fieldPath.trim() === '')
    found.push(invalidValue(`${field}.fieldPath`, fieldPath, 'must be non-empty if specified'))
  if (fieldPath && !leadsTo(schema, fieldPath)) found.push(invalidValue(`${field}.fieldPath`, fieldPath, 'must be a valid path'))
  return found.length > 0 ? found : expressionProblems(schema, rule, field, isRoot, uncorrelatable)
}

function expressionProblems(schema: Schema, rule: SchemaRule, field: string, isRoot: boolean, uncorrelatable: string | undefined): Cause[] {
  const environment = celEnvironment()
  const type = declareType(environment, schema, isRoot)
  environment.registerVariable('self', type).registerVariable('oldSelf', rule.optionalOldSelf === true ? `optional<${type}>` : type)
  const found: Cause[] = []
  const problem = expressionProblem(environment, rule.rule, 'bool')?.replace(/^must evaluate/, 'cel expression must evaluate')
  if (problem !== undefined)
    return [{ ...invalidValue(`${field}.rule`, '', problem), message: `Invalid value: ${shownRule(rule)}: ${problem}` }]
  const messageProblem = rule.messageExpression ? expressionProblem(environment, rule.messageExpression, 'string') : undefined
  if (messageProblem !== undefined) {
    const message = `Invalid value: ${shownRule(rule)}: messageExpression ${messageProblem}`
    found.push({ ...invalidValue(`${field}.messageExpression`, '', messageProblem), message })
  }
  const isTransition = /\boldSelf\b/.test(rule.rule)
  if (isTransition && uncorrelatable !== undefined) {
    found.push(
      invalidValue(
        `${field}.rule`,
        rule.rule,
        `oldSelf cannot be used on the uncorrelatable portion of the schema within ${uncorrelatable}`
      )
    )
  }
  if (!isTransition && rule.optionalOldSelf !== undefined)
    found.push(invalidValue(`${field}.optionalOldSelf`, rule.optionalOldSelf, 'may not be set if oldSelf is not used in rule'))
  return found
}

function leadsTo(schema: Schema, path: string): boolean {
  const steps = [...path.matchAll(/\.([A-Za-z_][\w-]*)|\['([^']*)'\]/g)]
  if (steps.map(([all]) => all).join('') !== path) return false
  let node: Schema | undefined = schema
  for (const [, dotted, quoted] of steps) {
    const name: string = dotted ?? quoted ?? ''
    const next: Schema | undefined = node?.properties?.[name]
    node = next ?? (typeof node?.additionalProperties === 'object' ? node.additionalProperties : undefined)
  }
  return node !== undefined
}

/** A rule as its refusals show it: Go's JSON of the internal form. */
function shownRule({
  rule,
  message = '',
  messageExpression = '',
  reason = undefined,
  fieldPath = '',
  optionalOldSelf
}: SchemaRule): string {
  return goJson({
    Rule: rule,
    Message: message,
    MessageExpression: messageExpression,
    Reason: reason ?? null,
    FieldPath: fieldPath,
    OptionalOldSelf: optionalOldSelf ?? null
  })
}
