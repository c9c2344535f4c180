import type { Anchor } from './anchor.ts'

/** Entries of one attribute's anchors of one kind, by text; those of a part of the value also by the lengths that occur. */
class Texts<E> {
  readonly #byText = new Map<string, Set<E>>()
  readonly #lengths = new Map<number, number>()

  add(text: string, entry: E): void {
    const entries = this.#byText.get(text)
    if (entries !== undefined) {
      entries.add(entry)
      return
    }
    this.#byText.set(text, new Set([entry]))
    this.#lengths.set(text.length, (this.#lengths.get(text.length) ?? 0) + 1)
  }

  delete(text: string, entry: E): void {
    const entries = this.#byText.get(text)
    if (entries?.delete(entry) !== true || entries.size > 0) return
    this.#byText.delete(text)
    const left = (this.#lengths.get(text.length) ?? 0) - 1
    if (left > 0) this.#lengths.set(text.length, left)
    else this.#lengths.delete(text.length)
  }

  get empty(): boolean {
    return this.#byText.size === 0
  }

  exact(value: string, visit: (entry: E) => void): void {
    this.#byText.get(value)?.forEach(visit)
  }

  starts(value: string, visit: (entry: E) => void): void {
    for (const length of this.#lengths.keys()) {
      if (length <= value.length) this.#byText.get(value.slice(0, length))?.forEach(visit)
    }
  }

  ends(value: string, visit: (entry: E) => void): void {
    for (const length of this.#lengths.keys()) {
      if (length <= value.length) this.#byText.get(value.slice(value.length - length))?.forEach(visit)
    }
  }
}

/** Finds the entries whose anchors hold: a look-up for each attribute that some anchor names, and for each length of prefix and suffix. */
export class AnchorTable<E> {
  readonly #tables = { exact: new Map<string, Texts<E>>(), prefix: new Map<string, Texts<E>>(), suffix: new Map<string, Texts<E>>() }

  add({ how, attribute, text }: Anchor, entry: E): void {
    const table = this.#tables[how]
    let texts = table.get(attribute)
    if (texts === undefined) table.set(attribute, (texts = new Texts()))
    texts.add(text, entry)
  }

  delete({ how, attribute, text }: Anchor, entry: E): void {
    const texts = this.#tables[how].get(attribute)
    texts?.delete(text, entry)
    if (texts?.empty === true) this.#tables[how].delete(attribute)
  }

  /** Visits each entry once for every anchor of it that holds. */
  find(attributes: ReadonlyMap<string, string>, visit: (entry: E) => void): void {
    const { exact, prefix, suffix } = this.#tables
    for (const [name, texts] of exact) {
      const value = attributes.get(name)
      if (value !== undefined) texts.exact(value, visit)
    }
    for (const [name, texts] of prefix) {
      const value = attributes.get(name)
      if (value !== undefined) texts.starts(value, visit)
    }
    for (const [name, texts] of suffix) {
      const value = attributes.get(name)
      if (value !== undefined) texts.ends(value, visit)
    }
  }
}
