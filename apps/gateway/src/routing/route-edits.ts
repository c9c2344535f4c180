import { type HeaderEdits, type HeaderFields, headerEdits } from '@knative-ts/proxy'

/** Edits by the names that they remove and set, each with the values of the route that came first. */
const known = new Map<string, HeaderEdits>()

/** Routes of ours set the same two names; there are more only where KIngresses are made by hand. */
const mostKnown = 1_000

/**
 * Compiled edits of a route's headers. Those of all routes that set the same names are one but for the values: of ten thousand routes most of a
 * request's memory would else be cold.
 */
export function routeEdits(untrusted: readonly string[], headers: HeaderFields): HeaderEdits {
  const key = JSON.stringify([untrusted, Object.keys(headers)])
  const first = known.get(key)
  if (first !== undefined) return { ...first, set: first.set.map(([name, lower]) => [name, lower, headers[name] ?? '']) }
  const edits = headerEdits({ remove: untrusted, set: headers })
  if (known.size >= mostKnown) known.clear()
  known.set(key, edits)
  return edits
}
