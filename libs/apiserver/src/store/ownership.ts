import type { ObjectMeta } from '@knative-ts/api'

/** Who an object is and whom it belongs to: all that a garbage collector reads of one. */
export type Ownership = Pick<
  ObjectMeta,
  'name' | 'namespace' | 'uid' | 'resourceVersion' | 'ownerReferences' | 'finalizers' | 'deletionTimestamp'
>

/** The part of `metadata` that is about ownership, in copies. */
export function ownershipIn({ ownerReferences, finalizers, ...metadata }: ObjectMeta): Ownership {
  const { name, namespace, uid, resourceVersion, deletionTimestamp } = metadata
  return {
    ...(name === undefined ? {} : { name }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(uid === undefined ? {} : { uid }),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
    ...(deletionTimestamp == null ? {} : { deletionTimestamp }),
    ...(ownerReferences == null ? {} : { ownerReferences: ownerReferences.map((owner) => ({ ...owner })) }),
    ...(finalizers == null ? {} : { finalizers: [...finalizers] })
  }
}
