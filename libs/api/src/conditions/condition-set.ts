/**
 * Knative's condition algebra, as pure functions over a list. A changed condition loses its time and moves to the end of the list, so that
 * within one pass the order of the list is the order of the changes; {@link settleTransitionTimes} then stamps and sorts.
 */
import type { Condition } from './condition.schema.ts'

/** The conditions that decide readiness: `happy` sums the `dependents` up. Every other type is informational. */
export interface ConditionSet {
  readonly happy: string
  readonly dependents: readonly string[]
}

/** The condition of that type, if the list has one. */
export function conditionOf(conditions: readonly Condition[] | undefined, type: string): Condition | undefined {
  return conditions?.find((condition) => condition.type === type)
}

/** A missing condition is neither true nor false. */
export const isTrue = (conditions: readonly Condition[] | undefined, type: string): boolean =>
  conditionOf(conditions, type)?.status === 'True'

/** A missing condition is neither true nor false. */
export const isFalse = (conditions: readonly Condition[] | undefined, type: string): boolean =>
  conditionOf(conditions, type)?.status === 'False'

/** A missing condition is unknown. */
export const isUnknown = (conditions: readonly Condition[] | undefined, type: string): boolean =>
  (conditionOf(conditions, type)?.status ?? 'Unknown') === 'Unknown'

/** Makes `type` True (with reason and message only when given) and works the happy condition out anew. */
export function markTrue(conditions: readonly Condition[], set: ConditionSet, type: string, reason = '', message = ''): Condition[] {
  const next = put(conditions, set, { type, status: 'True', reason, message })
  const unhappy = unhappyDependent(next, set)
  if (unhappy !== undefined) return put(next, set, { ...unhappy, type: set.happy })
  return type === set.happy ? next : put(next, set, { type: set.happy, status: 'True' })
}

/** Makes `type` Unknown; the happy condition follows unless a dependent has failed already. */
export function markUnknown(
  conditions: readonly Condition[],
  set: ConditionSet,
  type: string,
  reason: string,
  message: string
): Condition[] {
  const next = put(conditions, set, { type, status: 'Unknown', reason, message })
  if (set.dependents.some((dependent) => isFalse(next, dependent))) {
    return isFalse(next, set.happy) ? next : put(next, set, { type: set.happy, status: 'False', reason, message })
  }
  return set.dependents.includes(type) ? put(next, set, { type: set.happy, status: 'Unknown', reason, message }) : next
}

/** Makes `type` False, and the happy condition with it when `type` is a dependent. */
export function markFalse(conditions: readonly Condition[], set: ConditionSet, type: string, reason: string, message: string): Condition[] {
  const next = put(conditions, set, { type, status: 'False', reason, message })
  return set.dependents.includes(type) ? put(next, set, { type: set.happy, status: 'False', reason, message }) : next
}

/** Adds what is missing: the happy condition as Unknown, dependents as Unknown, or as True beside a happy condition that is True. */
export function initialize(conditions: readonly Condition[] | undefined, set: ConditionSet): Condition[] {
  let next = [...(conditions ?? [])]
  if (conditionOf(next, set.happy) === undefined) next = put(next, set, { type: set.happy, status: 'Unknown' })
  const status = isTrue(next, set.happy) ? 'True' : 'Unknown'
  for (const type of set.dependents) {
    if (conditionOf(next, type) === undefined) next = put(next, set, { type, status })
  }
  return next
}

/** Takes an informational condition away. Those that decide readiness stay. */
export function clear(conditions: readonly Condition[], set: ConditionSet, type: string): Condition[] {
  return decides(set, type) ? [...conditions] : conditions.filter((condition) => condition.type !== type)
}

/**
 * Ends a pass: conditions that are as they were in `before` keep their time, all others get `now` (RFC 3339, whole seconds), and the list is
 * sorted by type.
 */
export function settleTransitionTimes(before: readonly Condition[] | undefined, after: readonly Condition[], now: string): Condition[] {
  const settled = after.map((condition): Condition => {
    const old = conditionOf(before, condition.type)
    const lastTransitionTime = old !== undefined && same(old, condition) ? (old.lastTransitionTime ?? now) : now
    return { ...condition, lastTransitionTime }
  })
  return settled.sort(byType)
}

interface Mark {
  readonly type: string
  readonly status: Condition['status']
  readonly reason?: string
  readonly message?: string
}

function put(conditions: readonly Condition[], set: ConditionSet, mark: Mark): Condition[] {
  const condition: Condition = { type: mark.type, status: mark.status }
  if (!decides(set, mark.type)) condition.severity = 'Info'
  if (mark.reason !== undefined && mark.reason !== '') condition.reason = mark.reason
  if (mark.message !== undefined && mark.message !== '') condition.message = mark.message
  const old = conditionOf(conditions, mark.type)
  if (old !== undefined && same(old, condition)) return [...conditions]
  return [...conditions.filter((other) => other.type !== mark.type), condition]
}

/** The newest failed dependent, else the newest unknown one, else a nameless Unknown when some were never set. */
function unhappyDependent(conditions: readonly Condition[], set: ConditionSet): Mark | undefined {
  if (set.dependents.length === 0) return undefined
  const deciding = newestFirst(conditions.filter((condition) => (condition.severity ?? '') === '' && condition.type !== set.happy))
  const unhappy = deciding.find(({ status }) => status === 'False') ?? deciding.find(({ status }) => status === 'Unknown')
  if (unhappy !== undefined) return unhappy
  return set.dependents.length > deciding.length ? { type: set.happy, status: 'Unknown' } : undefined
}

function newestFirst(conditions: readonly Condition[]): Condition[] {
  const thisPass = conditions.filter((condition) => condition.lastTransitionTime === undefined).toReversed()
  const earlier = conditions.filter((condition) => condition.lastTransitionTime !== undefined)
  return [...thisPass, ...earlier.sort((a, b) => compare(b.lastTransitionTime ?? '', a.lastTransitionTime ?? ''))]
}

const decides = (set: ConditionSet, type: string): boolean => type === set.happy || set.dependents.includes(type)
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
const byType = (a: Condition, b: Condition): number => compare(a.type, b.type)

function same(a: Condition, b: Condition): boolean {
  return (
    a.status === b.status &&
    (a.severity ?? '') === (b.severity ?? '') &&
    (a.reason ?? '') === (b.reason ?? '') &&
    (a.message ?? '') === (b.message ?? '')
  )
}
