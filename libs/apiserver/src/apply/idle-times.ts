/** Writes that would change nothing but the times in managedFields are no writes. */
import type { KubeObject } from '@knative-ts/api'
import { equalJson, isObject } from '../schema/json.ts'

function timeless(object: KubeObject): object {
  const { managedFields, ...metadata } = object.metadata
  const entries = (managedFields ?? []).map((entry) => (isObject(entry) ? { ...entry, time: undefined } : entry))
  return { ...object, metadata: { ...metadata, managedFields: entries } }
}

/** `after`, or `before` when the two differ in nothing but times of managedFields: call it last, before deciding whether there is anything to store. */
export function withoutIdleTimes(before: KubeObject, after: KubeObject): KubeObject {
  return equalJson(timeless(before), timeless(after)) ? before : after
}
