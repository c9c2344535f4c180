/** Metadata as Go's ObjectMeta writes it: names first, managed fields last. Clients that read answers as text see it. */
import type { ObjectMeta } from '@knative-ts/api'

const META_ORDER = [
  'name',
  'generateName',
  'namespace',
  'selfLink',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'labels',
  'annotations',
  'ownerReferences',
  'finalizers',
  'managedFields'
] as const

/** A copy with its members in the order of the Go struct; others than those are no metadata. */
export const inGoOrder = (metadata: ObjectMeta): ObjectMeta =>
  Object.fromEntries(META_ORDER.flatMap((key) => (key in metadata ? [[key, metadata[key as 'name']]] : [])))
