import { keyOf, type KubeObject, type Resource } from '@knative-ts/api'
import { isAlreadyExists } from '../api-error.ts'
import { controllerRefOf, isControlledBy } from '../ownership.ts'
import type { Kept } from './kept.ts'

/** An object that should be a child exists, and something else controls it. */
export class NotOwnedError extends Error {
  /** Kind and name of what is there. */
  readonly kind: string
  readonly child: string
  /** It is of an object of the owner's kind and name that was deleted before: the garbage collector is about to take it. */
  readonly former: boolean

  constructor(owner: KubeObject, kind: string, child: string, former: boolean = false) {
    super(`${owner.kind}: "${owner.metadata.name}" does not own ${kind}: "${child}"`)
    this.name = 'NotOwnedError'
    this.kind = kind
    this.child = child
    this.former = former
  }
}

/** The child as it is now, and what was done to it. */
export interface Ensured<T> {
  readonly object: T
  readonly action: 'created' | 'updated' | 'unchanged'
}

/**
 * Creates `desired` with `owner` as its controller, or brings what is there up to it. `change` gives the object to write when the
 * present one differs, undefined when it does not. Throws NotOwnedError when the name is taken.
 */
export async function ensureOwned<O extends KubeObject, T extends KubeObject>(
  kept: Kept<T>,
  owner: O,
  ownerResource: Resource<O>,
  desired: T,
  change: (current: T) => T | undefined
): Promise<Ensured<T>> {
  let current = kept.get(keyOf(desired))
  if (current === undefined) {
    try {
      const metadata = { ...desired.metadata, ownerReferences: [controllerRefOf(owner, ownerResource)] }
      return { object: await kept.create({ ...desired, metadata }), action: 'created' }
    } catch (error) {
      // Written before this process began to watch, or by somebody else.
      if (!isAlreadyExists(error)) throw error
      current = await kept.fetch(keyOf(desired))
    }
  }
  if (!isControlledBy(current, owner)) {
    const controller = current.metadata.ownerReferences?.find((reference) => reference.controller === true)
    const former = controller?.kind === ownerResource.kind && controller.name === owner.metadata.name
    throw new NotOwnedError(owner, kept.resource.kind, desired.metadata.name ?? '', former)
  }
  const changed = change(current)
  if (changed === undefined) return { object: current, action: 'unchanged' }
  return { object: await kept.update(changed), action: 'updated' }
}
