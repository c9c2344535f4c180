import { keyOf, type KubeObject, type Resource, type Subscription } from '@knative-ts/api'
import { ensureOwned, equalJson, isControlledBy, type Kept } from '@knative-ts/kube'

/**
 * Creates a Subscription that `owner` controls, or brings it up to `desired`. Its channel cannot be changed: one of another channel goes first.
 * Undefined while an earlier one is on its way out, whose end is seen. Throws NotOwnedError when the name is taken.
 */
export async function ensureSubscription<O extends KubeObject>(
  subscriptions: Kept<Subscription>,
  owner: O,
  resource: Resource<O>,
  desired: Subscription
): Promise<Subscription | undefined> {
  const existing = subscriptions.get(keyOf(desired))
  if (existing !== undefined && isControlledBy(existing, owner)) {
    if (existing.metadata.deletionTimestamp !== undefined) return undefined
    if (!equalJson(existing.spec.channel, desired.spec.channel)) {
      await subscriptions.delete(existing)
      return undefined
    }
  }
  const { object } = await ensureOwned(subscriptions, owner, resource, desired, (current) =>
    equalJson(current.spec, desired.spec) ? undefined : { ...current, spec: desired.spec }
  )
  return object
}
