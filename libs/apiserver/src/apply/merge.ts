/** Merging of an applied intent into the live object: what both say goes by the intent, lists keep the intent's order. */
import { copyJson, isObject, setMember } from '../schema/json.ts'
import type { Schema } from '../schema/schema.ts'
import { elementOf, fieldSchema, itemSchema, topologyOf } from './topology.ts'

/** The merged value; neither input is changed or shared. */
export function mergeIntent(schema: Schema, live: unknown, intent: unknown): unknown {
  if (intent === undefined) return copyJson(live)
  if (live === undefined || live === null) return copyJson(intent)
  switch (topologyOf(schema, live, intent)) {
    case 'map':
      return isObject(live) && isObject(intent)
        ? mergeMaps(schema, live, intent)
        : isObject(live) && intent === null
          ? copyJson(live)
          : copyJson(intent)
    case 'leaf':
      return copyJson(intent)
    default:
      return Array.isArray(live) && Array.isArray(intent)
        ? mergeLists(schema, live, intent)
        : intent === null
          ? copyJson(live)
          : copyJson(intent)
  }
}

function mergeMaps(schema: Schema, live: Record<string, unknown>, intent: Record<string, unknown>): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  for (const key of new Set([...Object.keys(live), ...Object.keys(intent)])) {
    const [left, right] = [Object.hasOwn(live, key) ? live[key] : undefined, Object.hasOwn(intent, key) ? intent[key] : undefined]
    setMember(out, key, mergeIntent(fieldSchema(schema, key), left, right))
  }
  return out
}

/**
 * `sigs.k8s.io/structured-merge-diff/typed/merge.go`, visitListItems: items of the intent keep their order; items that only the live list has
 * stay where they are relative to the shared ones.
 */
function mergeLists(schema: Schema, live: readonly unknown[], intent: readonly unknown[]): unknown[] {
  const element = (item: unknown) => elementOf(schema, item)
  const left = live.map(element)
  const right = intent.map(element)
  const [ofLive, ofIntent] = [new Map(live.map((item) => [element(item), item])), new Map(intent.map((item) => [element(item), item]))]
  const merged = (key: string) => mergeIntent(itemSchema(schema), ofLive.get(key), ofIntent.get(key))
  const shared = right.filter((key) => ofLive.has(key))
  const done = new Set<string>()
  const out: unknown[] = []
  let [l, r] = [0, 0]
  while (l < left.length || r < right.length) {
    const [mine, theirs] = [left[l], right[r]]
    if (mine !== undefined && theirs !== undefined) {
      if (mine === theirs) {
        done.add(mine)
        out.push(merged(mine))
        l++
        r++
        shared.shift()
        continue
      }
      // A shared item whose turn has not come: it is taken with the intent's.
      if (ofIntent.has(mine) && shared[0] !== undefined && shared[0] !== mine) {
        l++
        continue
      }
    }
    if (mine !== undefined) {
      if (!ofIntent.has(mine)) {
        out.push(copyJson(live[l]))
        l++
        continue
      }
      if (done.has(mine)) l++
    }
    if (theirs !== undefined) {
      done.add(theirs)
      out.push(merged(theirs))
      r++
      if (shared[0] === theirs) shared.shift()
    }
  }
  return out
}
