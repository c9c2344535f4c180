/** `x-kubernetes-validations`: rules that a schema carries, on a value and on its change (apiextensions `schema/cel/validation.go`). */
import { errorText } from '@knative-ts/kube'
import { Optional } from '@marcbachmann/cel-js'
import type { Cause } from '../http/errors.ts'
import { hasRules } from '../schema/children.ts'
import { counterpart } from '../schema/counterpart.ts'
import { equalJson, isObject, member } from '../schema/json.ts'
import { causes, type Place } from '../schema/place.ts'
import type { Schema, SchemaRule } from '../schema/schema.ts'
import { celEnvironment } from './environment.ts'
import { CelFailure, compileExpression, type Expression } from './expression.ts'
import { typedValue } from './values.ts'

interface CompiledRule {
  readonly rule: SchemaRule
  /** A text when the rule does not compile: it was stored when somebody else judged it. */
  readonly condition: Expression | string
  readonly message: Expression | string | undefined
}

function compiledOr(environment: ReturnType<typeof celEnvironment>, text: string): Expression | string {
  try {
    return compileExpression(environment, text)
  } catch (error) {
    return errorText(error).split('\n', 1)[0] ?? ''
  }
}

/** All rules of one object together may take this long. */
const BUDGET_MS = 2_000
const LONGEST_MESSAGE = 5 * 1024

const compiled = new WeakMap<Schema, readonly CompiledRule[]>()

function rulesOf(schema: Schema): readonly CompiledRule[] {
  const known = compiled.get(schema)
  if (known !== undefined) return known
  const environmentOf = ({ optionalOldSelf }: SchemaRule) =>
    celEnvironment()
      .registerVariable('self', 'dyn')
      .registerVariable('oldSelf', optionalOldSelf === true ? 'optional<dyn>' : 'dyn')
  const rules = (schema['x-kubernetes-validations'] ?? []).map((rule) => ({
    rule,
    condition: compiledOr(environmentOf(rule), rule.rule),
    message: rule.messageExpression ? compiledOr(environmentOf(rule), rule.messageExpression) : undefined
  }))
  compiled.set(schema, rules)
  return rules
}

/** Where a walk is: what was there before, and whether it or what it lies in is as it was. */
interface Spot {
  readonly place: Place
  readonly before: unknown
  readonly isUnchanged: boolean
}

/**
 * Every rule that `value` breaks. `before` is undefined for a create. What was broken already, in a part that did not change, is told to `warn`
 * instead: a definition may get stricter than its objects are.
 */
export function brokenRules(schema: Schema, value: unknown, before: unknown, warn: (text: string) => void): Cause[] {
  if (!hasRules(schema)) return []
  const walk = new Walk(warn)
  walk.node(schema, value, { place: { path: '', prefix: '' }, before, isUnchanged: before !== undefined && equalJson(value, before) }, true)
  return walk.found
}

class Walk {
  readonly found: Cause[] = []
  readonly #warn: (text: string) => void
  readonly #end = Date.now() + BUDGET_MS
  #isSpent = false

  constructor(warn: (text: string) => void) {
    this.#warn = warn
  }

  node(schema: Schema, value: unknown, spot: Spot, isRoot = false): void {
    if (this.#isSpent || value === null || value === undefined || !hasRules(schema)) return
    this.#own(schema, value, spot, isRoot)
    const inside = (inner: Schema, item: unknown, path: string, before: unknown) =>
      this.node(inner, item, {
        place: { ...spot.place, path },
        before,
        isUnchanged: spot.isUnchanged || (before !== undefined && equalJson(item, before))
      })
    const { path } = spot.place
    if (Array.isArray(value)) {
      const { items } = schema
      if (items !== undefined)
        value.forEach((item, index) => inside(items, item, `${path}[${index}]`, counterpart(schema, item, spot.before)))
      return
    }
    if (!isObject(value)) return
    const isAtomic = schema['x-kubernetes-map-type'] === 'atomic'
    for (const [key, item] of Object.entries(value)) {
      const before = isAtomic ? undefined : member(spot.before, key)
      const property = Object.hasOwn(schema.properties ?? {}, key) ? schema.properties?.[key] : undefined
      if (property !== undefined) {
        if (!(isRoot && key === 'metadata')) inside(property, item, path === '' ? key : `${path}.${key}`, before)
      } else if (typeof schema.additionalProperties === 'object') inside(schema.additionalProperties, item, `${path}[${key}]`, before)
    }
  }

  #own(schema: Schema, value: unknown, { place, before, isUnchanged }: Spot, isRoot: boolean): void {
    const rules = rulesOf(schema)
    if (rules.length === 0) return
    const type = schema.type ?? ''
    const self = typedValue(schema, value, isRoot)
    const oldSelf = before === undefined || before === null ? undefined : typedValue(schema, before, isRoot)
    const size = JSON.stringify(value).length
    for (const { rule, condition, message } of rules) {
      if (typeof condition === 'string') {
        this.found.push(causes.invalid(place, type, `rule compile error: ${condition}`))
        continue
      }
      const isTransition = condition.uses('oldSelf')
      const optional = rule.optionalOldSelf === true
      if (isTransition && oldSelf === undefined && !optional) continue
      if (Date.now() > this.#end) {
        this.#isSpent = true
        this.found.push(
          causes.invalid(place, type, 'validation failed due to running out of cost budget, no further validation rules will be run')
        )
        return
      }
      const variables = { self, oldSelf: optional ? (oldSelf === undefined ? Optional.none() : Optional.of(oldSelf)) : oldSelf }
      try {
        if (condition.evaluate(variables, size) === true) continue
        const cause = causeOf(rule, place, type, messageOf(rule, message, variables, size))
        if (isUnchanged && !isTransition) this.#warn(`${cause.field}: ${cause.message}`)
        else this.found.push(cause)
      } catch (error) {
        if (!(error instanceof CelFailure)) throw error
        this.found.push(causes.invalid(place, type, failureText(rule, error)))
        this.#isSpent = error.kind === 'limit'
        if (this.#isSpent) return
      }
    }
  }
}

const nameOf = ({ message, rule }: SchemaRule) => (message ? message : rule).trim()

function failureText(rule: SchemaRule, { kind, message }: CelFailure): string {
  switch (kind) {
    case 'overload':
      return `'${message}': call arguments did not match a supported operator, function or macro signature for rule: ${nameOf(rule)}`
    case 'limit':
      return `'${message}': no further validation rules will be run due to call cost exceeds limit for rule: ${nameOf(rule)}`
    default:
      return `${message} evaluating rule: ${nameOf(rule)}`
  }
}

function messageOf(rule: SchemaRule, made: CompiledRule['message'], variables: Readonly<Record<string, unknown>>, size: number): string {
  const usual = rule.message ? rule.message.trim() : `failed rule: ${rule.rule.trim()}`
  if (made === undefined || typeof made === 'string') return usual
  try {
    const text = made.evaluate(variables, size)
    const trimmed = typeof text === 'string' ? text.trim() : ''
    return trimmed === '' || trimmed.length > LONGEST_MESSAGE || /[\r\n]/.test(trimmed) ? usual : trimmed
  } catch (error) {
    // A message that cannot be made must not hide the refusal.
    if (error instanceof CelFailure) return usual
    throw error
  }
}

function causeOf(rule: SchemaRule, place: Place, type: string, detail: string): Cause {
  const below = (rule.fieldPath ?? '').replace(/^\./, '').replaceAll(/\['([^']*)'\]/g, '[$1]')
  const path = below === '' || below.startsWith('[') || place.path === '' ? place.path + below : `${place.path}.${below}`
  const at = { ...place, path }
  switch (rule.reason) {
    case 'FieldValueForbidden':
      return causes.forbidden(at, detail)
    case 'FieldValueRequired':
      return causes.requiredBecause(at, detail)
    case 'FieldValueDuplicate':
      return causes.duplicate(at, JSON.stringify(type))
    default:
      return causes.invalid(at, type, detail)
  }
}
