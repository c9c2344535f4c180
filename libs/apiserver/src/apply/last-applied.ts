/** The annotation by which `kubectl apply` without `--server-side` remembers its intent. */
import type { KubeObject } from '@knative-ts/api'
import { isObject, sortedJson } from '../schema/json.ts'
import type { Schema } from '../schema/schema.ts'
import { EMPTY, type FieldSet } from './field-set.ts'
import { fieldsOf } from './fields-of.ts'

export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'
const MAX_BYTES = 256 * 1024

/** The fields of the remembered intent: conflicts over them are kubectl's with itself. */
export function lastAppliedFields(schema: Schema, live: KubeObject): FieldSet {
  const text = live.metadata.annotations?.[LAST_APPLIED]
  if (text === undefined || text === '') return EMPTY
  try {
    const intent: unknown = JSON.parse(text)
    return isObject(intent) ? fieldsOf(schema, intent) : EMPTY
  } catch {
    // An annotation that somebody damaged remembers nothing; conflicts are then reported.
    return EMPTY
  }
}

/** The text that remembers an intent, or undefined when it is too long to be kept. */
export function lastAppliedText(intent: KubeObject): string | undefined {
  const { [LAST_APPLIED]: _, ...annotations } = intent.metadata.annotations ?? {}
  const { annotations: _own, ...metadata } = intent.metadata
  const kept = Object.keys(annotations).length === 0 ? metadata : { ...metadata, annotations }
  const text = `${sortedJson({ ...intent, metadata: kept })}\n`
  return text.length > MAX_BYTES ? undefined : text
}
