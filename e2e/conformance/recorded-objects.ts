/** Brings objects of two clusters into one form: what differs between any two runs is replaced, what the API server alone decides is dropped. */
import type { KubeObject } from '@knative-ts/api'

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** Names and places that are an installation's own, ours first. */
export interface Replacement {
  readonly pattern: RegExp
  readonly by: string
}

const volatile = new Set(['resourceVersion', 'managedFields', 'creationTimestamp', 'lastTransitionTime', 'lastUpdateTime', 'selfLink'])

/** A copy with uids numbered by first sight, times and versions dropped, and `replacements` applied to every string. */
export function normalised(object: KubeObject, uids: Map<string, string>, replacements: readonly Replacement[]): Json {
  const walk = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(walk)
    if (typeof value === 'string') return text(value)
    if (value === null || typeof value !== 'object') return value
    return Object.fromEntries(
      Object.entries(value)
        .filter(([key]) => !volatile.has(key))
        // Uids are numbered by first sight, so both sides must be seen in one order.
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, inner]) => [text(key), walk(inner)])
    )
  }
  const text = (value: string): string => {
    const known = value.replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|UID-\d+/g, (uid) => {
      if (!uids.has(uid)) uids.set(uid, `<uid ${uids.size + 1}>`)
      return uids.get(uid) ?? uid
    })
    return replacements.reduce((seen, { pattern, by }) => seen.replaceAll(pattern, by), known)
  }
  return walk(JSON.parse(JSON.stringify(object)) as Json)
}

/** Paths at which two values differ, with both sides: the shortest description of what is not equal. */
export function differences(ours: Json | undefined, theirs: Json | undefined, path = ''): string[] {
  if (JSON.stringify(ours) === JSON.stringify(theirs)) return []
  if (Array.isArray(ours) && Array.isArray(theirs) && ours.length === theirs.length) {
    return ours.flatMap((value, index) => differences(value, theirs[index], `${path}[${index}]`))
  }
  if (isRecord(ours) && isRecord(theirs)) {
    const keys = new Set([...Object.keys(ours), ...Object.keys(theirs)])
    return [...keys].flatMap((key) => differences(ours[key], theirs[key], `${path}.${key}`))
  }
  return [`${path}: ${shown(ours)} instead of ${shown(theirs)}`]
}

const isRecord = (value: Json | undefined): value is { [key: string]: Json } =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

const shown = (value: Json | undefined): string => (value === undefined ? 'nothing' : JSON.stringify(value))
