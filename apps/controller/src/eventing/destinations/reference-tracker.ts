import { keyText, parseKey, type ObjectKey } from '@knative-ts/api'

/** Which objects of one loop speak of which others, present or not, so that they are passed again when one changes. */
export class ReferenceTracker {
  readonly #parents = new Map<string, Set<string>>()
  readonly #spokenOf = new Map<string, Set<string>>()

  /** Nothing is known of what the parent speaks of: its pass begins, or it is gone. */
  forget(parent: ObjectKey): void {
    const key = keyText(parent)
    for (const reference of this.#spokenOf.get(key) ?? []) {
      const parents = this.#parents.get(reference)
      parents?.delete(key)
      if (parents?.size === 0) this.#parents.delete(reference)
    }
    this.#spokenOf.delete(key)
  }

  track(parent: ObjectKey, reference: string): void {
    const key = keyText(parent)
    const parents = this.#parents.get(reference) ?? new Set()
    this.#parents.set(reference, parents.add(key))
    const spokenOf = this.#spokenOf.get(key) ?? new Set()
    this.#spokenOf.set(key, spokenOf.add(reference))
  }

  parentsOf(reference: string): readonly ObjectKey[] {
    return [...(this.#parents.get(reference) ?? [])].map(parseKey)
  }

  /** The parents of everything that is spoken of in these words: `example.org/v1 Gadget `. */
  parentsOfAll(beginning: string): readonly ObjectKey[] {
    const parents = [...this.#parents].filter(([reference]) => reference.startsWith(beginning)).flatMap(([, keys]) => [...keys])
    return [...new Set(parents)].map(parseKey)
  }
}
