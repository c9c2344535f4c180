import type { ObjectKey, Resource } from '@knative-ts/api'
import { refusal, type Refusal } from './status.ts'

/** What the cluster can be asked to do. */
export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'updateStatus' | 'patch' | 'delete'

/** "The `nth` `verb` of `resource` [named `name`] fails with `error`". Counted from 1; `times` calls in a row fail (default 1). */
export interface Fault {
  readonly verb: Verb
  readonly resource: Resource
  readonly name?: string
  readonly nth?: number
  readonly times?: number
  readonly error: Refusal | Error
}

/** Faults still to come. */
export class Faults {
  readonly #pending: { readonly fault: Fault; seen: number }[] = []

  add(fault: Fault): void {
    this.#pending.push({ fault, seen: 0 })
  }

  /** Throws when a fault is due for this call. */
  check(verb: Verb, resource: Resource, key: ObjectKey): void {
    for (const entry of this.#pending) {
      const { fault } = entry
      if (fault.verb !== verb || fault.resource.plural !== resource.plural || fault.resource.group !== resource.group) continue
      if (fault.name !== undefined && fault.name !== key.name) continue
      entry.seen++
      const first = fault.nth ?? 1
      if (entry.seen < first || entry.seen >= first + (fault.times ?? 1)) continue
      throw typeof fault.error === 'string' ? refusal(fault.error, resource, key) : fault.error
    }
  }
}
