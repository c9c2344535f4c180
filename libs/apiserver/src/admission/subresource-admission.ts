/** Admission of what is no object of the store: evictions, bindings, token requests, connections to pods. */
import type { KubeObject } from '@knative-ts/api'
import type { Call, World } from '../requests/call.ts'

/** Shows `object` to webhooks and policies; resolves with what mutating ones made of it. Throws their denial. */
export async function admitSubresource(world: World, call: Call, operation: 'CREATE' | 'CONNECT', object: KubeObject): Promise<KubeObject> {
  const admitted = await world.webhooks.mutate(call, operation, object, undefined)
  world.policies.validate(call, operation, admitted, undefined)
  await world.webhooks.validate(call, operation, admitted, undefined)
  return admitted
}
