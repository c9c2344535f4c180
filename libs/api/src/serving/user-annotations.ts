import { creatorAnnotation, lastModifierAnnotation } from '../names/keys.ts'
import type { KubeObject } from '../object.ts'
import { sameValue, type AdmissionContext } from '../validation/admission-context.ts'

/** Writes who made the object and who last changed its spec. */
export function withUserAnnotations<T extends KubeObject & { readonly spec: unknown }>(object: T, context: AdmissionContext<T>): T {
  const { before, user } = context
  if (before !== undefined && sameValue(before.spec, object.spec)) return object
  const made = before === undefined ? { [creatorAnnotation]: user } : {}
  const annotations = { ...object.metadata.annotations, ...made, [lastModifierAnnotation]: user }
  return { ...object, metadata: { ...object.metadata, annotations } }
}
