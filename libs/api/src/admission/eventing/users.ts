import { userAnnotationsOf } from '../../names/eventing-keys.ts'
import type { KubeObject } from '../../object.ts'
import { sameValue } from '../../validation/admission-context.ts'
import type { EventingContext } from './eventing-context.ts'

/**
 * Writes who made the object and who last changed its spec. On creation what was sent is replaced; afterwards these annotations may be changed and
 * taken away, as upstream has it.
 */
export function withUsers<T extends KubeObject & { readonly spec: unknown }>(object: T, { before, user }: EventingContext<T>): T {
  if (before !== undefined && sameValue(before.spec, object.spec)) return object
  const [group = ''] = object.apiVersion.split('/')
  const { creator, lastModifier } = userAnnotationsOf(group)
  const made = before === undefined ? { [creator]: user } : {}
  const annotations = { ...object.metadata.annotations, ...made, [lastModifier]: user }
  return { ...object, metadata: { ...object.metadata, annotations } }
}
