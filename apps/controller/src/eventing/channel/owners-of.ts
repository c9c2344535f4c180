import type { ObjectKey, Resource } from '@knative-ts/api'
import { controllerKeys, type Change } from '@knative-ts/kube'
import type { Channelable } from './channel-kinds.ts'

/** Whose channel has changed, when a `resource` controls it. */
export function ownersOf(resource: Resource, { before, after }: Change<Channelable>): readonly ObjectKey[] {
  const channel = after ?? before
  return channel === undefined ? [] : controllerKeys(resource)(channel)
}
