/** The order of merged lists: `k8s.io/apimachinery/pkg/util/strategicpatch`, normalizeElementOrder. */
import { equalJson, member } from '../schema/json.ts'

/** Identity of items: by a merge key, or by value where there is none. */
export type SameItem = (a: unknown, b: unknown) => boolean

export const sameBy = (mergeKey: string | undefined): SameItem =>
  mergeKey === undefined ? equalJson : (a, b) => equalJson(member(a, mergeKey), member(b, mergeKey))

const indexOf = (list: readonly unknown[], item: unknown, same: SameItem) => list.findIndex((one) => same(one, item))

function sortBy(items: readonly unknown[], order: readonly unknown[], same: SameItem): unknown[] {
  const place = (item: unknown) => {
    const index = indexOf(order, item, same)
    return index < 0 ? order.length : index
  }
  return items
    .map((item) => ({ item, place: place(item) }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item)
}

/**
 * Orders `merged`: items that `wanted` names come in its order, the others keep the server's; where both lists say nothing about two items,
 * the wanted one comes first.
 */
export function inOrder(merged: readonly unknown[], wanted: readonly unknown[], server: readonly unknown[], same: SameItem): unknown[] {
  const isWanted = (item: unknown) => indexOf(wanted, item, same) >= 0
  const named = sortBy(merged.filter(isWanted), wanted, same)
  const others = sortBy(
    merged.filter((item) => !isWanted(item)),
    server,
    same
  )
  const out: unknown[] = []
  while (named.length > 0 && others.length > 0) {
    const [left, right] = [indexOf(server, others[0], same), indexOf(server, named[0], same)]
    out.push(left >= 0 && right >= 0 && left < right ? others.shift() : named.shift())
  }
  return [...out, ...others, ...named]
}
