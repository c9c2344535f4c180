/** A condition on one attribute that a hash table can find: it is, begins with, or ends with a text. */
export interface Anchor {
  readonly how: 'exact' | 'prefix' | 'suffix'
  readonly attribute: string
  readonly text: string
}

/** At least one of these holds when a filter passes. */
export interface Anchors {
  readonly any: readonly Anchor[]
  /** They decide alone: the filter passes exactly when one of them holds. */
  readonly whole: boolean
}

/** Of conditions that all hold, the set that is likely to find the fewest events. None of them decides alone. */
export function narrowest(all: readonly (Anchors | undefined)[]): Anchors | undefined {
  const given = all.filter((anchors) => anchors !== undefined)
  if (given.length === 1 && all.length === 1) return given[0]
  const best = given.toSorted((one, other) => widthOf(one) - widthOf(other))[0]
  return best === undefined ? undefined : { any: best.any, whole: false }
}

/** Conditions of which one holds when one of several filters passes. */
export function oneOf(several: readonly (Anchors | undefined)[]): Anchors | undefined {
  const any: Anchor[] = []
  let whole = true
  for (const anchors of several) {
    if (anchors === undefined) return undefined
    any.push(...anchors.any)
    whole &&= anchors.whole
  }
  return any.length === 0 ? undefined : { any, whole }
}

/** Ids are of one event, subjects and extensions of few, types of more, sources and versions of most. */
const breadth: Readonly<Record<string, number>> = { id: 0, subject: 1, time: 1, type: 3, source: 4, datacontenttype: 8, specversion: 9 }
const ofExtensions = 2

function widthOf({ any }: Anchors): number {
  let width = 0
  for (const { how, attribute, text } of any) {
    const loose = how === 'exact' ? 0 : 5 - Math.min(4, text.length / 4)
    width += 1 + (breadth[attribute] ?? ofExtensions) + loose
  }
  return width
}
