import {
  conditionOf,
  isFalse,
  isTrue,
  isUnknown,
  markFalse,
  markTrue,
  markUnknown,
  type Condition,
  type ConditionSet,
  type Status
} from '@knative-ts/api'

/** The conditions of one status under one set: a plan marks them in the order in which it learns. */
export class Marks {
  readonly #status: Status
  readonly #set: ConditionSet

  constructor(status: Status, set: ConditionSet) {
    this.#status = status
    this.#set = set
  }

  isTrue = (type: string): boolean => isTrue(this.#status.conditions, type)
  isFalse = (type: string): boolean => isFalse(this.#status.conditions, type)
  isUnknown = (type: string): boolean => isUnknown(this.#status.conditions, type)

  get(type: string): Condition | undefined {
    return conditionOf(this.#status.conditions, type)
  }

  true(type: string, reason = '', message = ''): void {
    this.#status.conditions = markTrue(this.#status.conditions ?? [], this.#set, type, reason, message)
  }

  unknown(type: string, reason = '', message = ''): void {
    this.#status.conditions = markUnknown(this.#status.conditions ?? [], this.#set, type, reason, message)
  }

  false(type: string, reason: string, message: string): void {
    this.#status.conditions = markFalse(this.#status.conditions ?? [], this.#set, type, reason, message)
  }

  /** Takes another object's condition over as `type`; a missing one is Unknown without a reason. */
  mirror(type: string, from: Condition | undefined): void {
    const { reason = '', message = '' } = from ?? {}
    if (from?.status === 'True') this.true(type)
    else if (from?.status === 'False') this.false(type, reason, message)
    else this.unknown(type, reason, message)
  }
}
