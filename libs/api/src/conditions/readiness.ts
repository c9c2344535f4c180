import type { ObjectMeta } from '../object.ts'
import { conditionOf } from './condition-set.ts'
import type { Condition, Status } from './condition.schema.ts'

interface Observed {
  readonly metadata: ObjectMeta
  readonly status?: Status
}

/** The controller has seen this generation, and its Ready condition is True. */
export const isReady = (object: Observed): boolean => isCurrent(object) && readyOf(object)?.status === 'True'

/** The controller has seen this generation, and its Ready condition is False. */
export const isFailed = (object: Observed): boolean => isCurrent(object) && readyOf(object)?.status === 'False'

/** The Ready condition of an object. */
export const readyOf = (object: Observed): Condition | undefined => conditionOf(object.status?.conditions, 'Ready')

/** Status speaks of the generation that the spec has now. */
const isCurrent = (object: Observed): boolean => (object.status?.observedGeneration ?? 0) === (object.metadata.generation ?? 0)
