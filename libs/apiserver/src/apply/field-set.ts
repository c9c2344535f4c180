/**
 * Sets of field paths, as managedFields hold them (`sigs.k8s.io/structured-merge-diff/fieldpath`). A path is a list of elements: `f:name` a field,
 * `k:{"name":"c"}` an item of a list map, `v:"x"` an item of a set. Values are never changed once built.
 */

/** One level: the elements that are themselves in the set, and the sets below elements. */
export interface FieldSet {
  readonly members: ReadonlySet<string>
  readonly children: ReadonlyMap<string, FieldSet>
}

export const EMPTY: FieldSet = { members: new Set(), children: new Map() }

export function isEmpty(set: FieldSet): boolean {
  return set.members.size === 0 && set.children.size === 0
}

/** A set under construction. */
export class FieldSetBuilder {
  readonly members = new Set<string>()
  readonly children = new Map<string, FieldSetBuilder>()

  /** The level below `element`. It stays out of {@link build} while nothing is put into it. */
  below(element: string): FieldSetBuilder {
    const known = this.children.get(element)
    if (known !== undefined) return known
    const fresh = new FieldSetBuilder()
    this.children.set(element, fresh)
    return fresh
  }

  build(): FieldSet {
    const children = new Map<string, FieldSet>()
    for (const [element, builder] of this.children) {
      const set = builder.build()
      if (!isEmpty(set)) children.set(element, set)
    }
    return { members: this.members, children }
  }
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmpty(a)) return b
  if (isEmpty(b)) return a
  const children = new Map(a.children)
  for (const [element, set] of b.children) children.set(element, union(children.get(element) ?? EMPTY, set))
  return { members: new Set([...a.members, ...b.members]), children }
}

const minus = (a: ReadonlySet<string>, b: ReadonlySet<string>) => new Set([...a].filter((element) => !b.has(element)))

/** What is in `a` and not in `b`; paths below a path of `b` stay. `a` itself when they share nothing. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmpty(b)) return a
  let isWhole = ![...b.members].some((element) => a.members.has(element))
  const children = new Map<string, FieldSet>()
  for (const [element, set] of a.children) {
    const below = b.children.get(element)
    const rest = below === undefined ? set : difference(set, below)
    if (rest !== set) isWhole = false
    if (!isEmpty(rest)) children.set(element, rest)
  }
  return isWhole ? a : { members: minus(a.members, b.members), children }
}

/** As {@link difference}, and nothing below a path of `b` stays either. */
export function recursiveDifference(a: FieldSet, b: FieldSet): FieldSet {
  const children = new Map<string, FieldSet>()
  for (const [element, set] of a.children) {
    if (b.members.has(element)) continue
    const rest = recursiveDifference(set, b.children.get(element) ?? EMPTY)
    if (!isEmpty(rest)) children.set(element, rest)
  }
  return { members: minus(a.members, b.members), children }
}

export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  const children = new Map<string, FieldSet>()
  for (const [element, set] of a.children) {
    const shared = intersection(set, b.children.get(element) ?? EMPTY)
    if (!isEmpty(shared)) children.set(element, shared)
  }
  return { members: new Set([...a.members].filter((element) => b.members.has(element))), children }
}

export function equalSets(a: FieldSet, b: FieldSet): boolean {
  return isEmpty(difference(a, b)) && isEmpty(difference(b, a))
}

/** Every path of the set, members of a level before what lies below it, each in order. */
export function pathsIn(set: FieldSet): (readonly string[])[] {
  const own = [...set.members].sort().map((element) => [element])
  const below = [...set.children]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([element, child]) => pathsIn(child).map((path) => [element, ...path]))
  return [...own, ...below]
}
