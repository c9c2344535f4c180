import type { HeaderList } from '../../header-list.ts'

let any = false
const marked = new WeakMap<HeaderList, ReadonlySet<string>>()

/** The peer sent fields of `names` never indexed: whoever sends the list on must do so too (RFC 7541 6.2.3). */
export function markNeverIndexed(list: HeaderList, names: ReadonlySet<string> | undefined): void {
  if (names === undefined) return
  any = true
  marked.set(list, names)
}

/** Lower-case names in `list` that must be sent never indexed; undefined when there are none. */
export function neverIndexedIn(list: HeaderList): ReadonlySet<string> | undefined {
  return any ? marked.get(list) : undefined
}
