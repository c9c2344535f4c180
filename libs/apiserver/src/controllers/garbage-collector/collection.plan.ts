/** What becomes of one object: pure, from its owners and dependents. Rules: `k8s.io/kubernetes/pkg/controller/garbagecollector`. */
import type { OwnerReference } from '@knative-ts/api'
import type { LiveObject } from '../live-objects.ts'

export const foreground = 'foregroundDeletion'
export const orphan = 'orphan'

/** How an owner stands: it lives, waits for its dependents to go (foreground), or is not there (any more). */
export type OwnerState = 'solid' | 'waiting' | 'absent'

export type Collection =
  | { readonly kind: 'keep' }
  /** Drop references to owners that are gone or going: another owner still holds the object. */
  | { readonly kind: 'unlink'; readonly uids: readonly string[] }
  | { readonly kind: 'delete'; readonly policy: 'Background' | 'Foreground' | 'Orphan' }
  /** The object is on its way out and no dependent blocks it: take the finalizer off. */
  | { readonly kind: 'finish'; readonly finalizer: string }
  /** The object is on its way out in the foreground: its dependents go first. */
  | { readonly kind: 'collect-dependents' }
  /** The object is on its way out and leaves its dependents behind: they forget it. */
  | { readonly kind: 'orphan-dependents' }

export function planCollection(
  object: LiveObject,
  owners: readonly { readonly owner: OwnerReference; readonly state: OwnerState }[],
  dependents: readonly LiveObject[]
): Collection {
  if (object.deleting) {
    if (object.finalizers.includes(orphan))
      return dependents.length === 0 ? { kind: 'finish', finalizer: orphan } : { kind: 'orphan-dependents' }
    if (!object.finalizers.includes(foreground)) return { kind: 'keep' }
    const blocked = dependents.some((dependent) =>
      dependent.owners.some((owner) => owner.uid === object.uid && owner.blockOwnerDeletion === true)
    )
    return blocked ? { kind: 'collect-dependents' } : { kind: 'finish', finalizer: foreground }
  }
  if (owners.length === 0) return { kind: 'keep' }
  const going = owners.filter(({ state }) => state !== 'solid').map(({ owner }) => owner.uid)
  if (going.length === 0) return { kind: 'keep' }
  if (going.length < owners.length) return { kind: 'unlink', uids: going }
  const waiting = owners.some(({ state }) => state === 'waiting')
  if (waiting && dependents.length > 0) return { kind: 'delete', policy: 'Foreground' }
  if (object.finalizers.includes(orphan)) return { kind: 'delete', policy: 'Orphan' }
  return { kind: 'delete', policy: object.finalizers.includes(foreground) ? 'Foreground' : 'Background' }
}
