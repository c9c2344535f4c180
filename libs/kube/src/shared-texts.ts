/** Texts that lie in a slot at most: fewer than of any cluster, more than one kind of object repeats. */
const slots = 4_096
/** V8 shares shorter values by itself. Longer ones are no names. */
const [shortest, longest] = [11, 200]
/** Characters at the end of a text that decide on its slot, beside its first and its middle one: names differ there. */
const looked = 8

/**
 * Lets objects share equal texts: parsed JSON has a string of its own for each, and objects of one kind (conditions, names of variables, images, the owner's
 * name in five places) are texts in the main. Knows those that came last: a fixed number of them, whatever comes.
 */
export class SharedTexts {
  readonly #slots: (string | undefined)[] = Array.from({ length: slots })

  /** Exchanges texts within `value` for equal ones that are known: in place, nobody can tell the difference. Gives `value`. */
  within<T>(value: T): T {
    if (typeof value === 'object' && value !== null) this.#walk(value as Record<string, unknown>)
    return value
  }

  #walk(container: Record<string, unknown>): void {
    if (Array.isArray(container)) {
      const items = container as unknown[]
      for (let index = 0; index < items.length; index++) {
        const item = items[index]
        if (typeof item === 'string') {
          if (item.length >= shortest && item.length <= longest) items[index] = this.#known(item)
        } else if (typeof item === 'object' && item !== null) this.#walk(item as Record<string, unknown>)
      }
      return
    }
    for (const name in container) {
      const member = container[name]
      if (typeof member === 'string') {
        if (member.length >= shortest && member.length <= longest) container[name] = this.#known(member)
      } else if (typeof member === 'object' && member !== null) this.#walk(member as Record<string, unknown>)
    }
  }

  #known(text: string): string {
    const { length } = text
    let hash = length
    for (let index = length - looked; index < length; index++) hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0
    hash = (Math.imul(hash, 31) + text.charCodeAt(0)) | 0
    hash = (Math.imul(hash, 31) + text.charCodeAt(length >> 1)) | 0
    const slot = (hash ^ (hash >>> 15)) & (slots - 1)
    const known = this.#slots[slot]
    if (known === text) return known
    this.#slots[slot] = text
    return text
  }
}
