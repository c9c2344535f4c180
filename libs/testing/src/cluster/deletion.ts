import type { KubeObject } from '@knative-ts/api'
import type { DeleteOptions } from '@knative-ts/kube'

/** What is left right after a DELETE: undefined when the object is gone, else the object on its way out. */
export function deletion(object: KubeObject, options: DeleteOptions, now: string): KubeObject | undefined {
  const finalizers = [...(object.metadata.finalizers ?? [])]
  const add = { Foreground: 'foregroundDeletion', Orphan: 'orphan', Background: undefined }[options.propagationPolicy ?? 'Background']
  if (add !== undefined && !finalizers.includes(add)) finalizers.push(add)
  // A pod on a node is removed by its node agent, with grace 0, when its containers have ended.
  const scheduled = object.kind === 'Pod' && (object as KubeObject & { spec?: { nodeName?: string } }).spec?.nodeName !== undefined
  const graceful = scheduled && options.gracePeriodSeconds !== 0
  if (finalizers.length === 0 && !graceful && !isHeld(object)) return undefined
  const { generation } = object.metadata
  const grace = graceful ? (options.gracePeriodSeconds ?? 30) : 0
  const first = object.metadata.deletionTimestamp === undefined
  return {
    ...object,
    metadata: {
      ...object.metadata,
      ...(finalizers.length === 0 ? {} : { finalizers }),
      deletionTimestamp: object.metadata.deletionTimestamp ?? now,
      deletionGracePeriodSeconds: grace,
      ...(generation !== undefined && first ? { generation: generation + 1 } : {})
    }
  }
}

/** Whether a finalizer keeps the object: in its metadata, or, of a namespace, in its spec until its controller has emptied it. */
export function isHeld(object: KubeObject): boolean {
  const inSpec = object.kind === 'Namespace' ? (object as KubeObject & { spec?: { finalizers?: string[] } }).spec?.finalizers : []
  return (object.metadata.finalizers ?? []).length > 0 || (inSpec ?? []).length > 0
}

/** Objects that have no owner left now that `owner` is gone. */
export function orphansOf(owner: KubeObject, all: readonly KubeObject[]): readonly KubeObject[] {
  const uids = new Set(all.map((object) => object.metadata.uid))
  return all.filter((object) => {
    const references = object.metadata.ownerReferences ?? []
    return references.some((reference) => reference.uid === owner.metadata.uid) && references.every((reference) => !uids.has(reference.uid))
  })
}
