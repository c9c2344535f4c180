/** managedFields of ordinary writes (server-side apply computes its own in `apply/`). */
import type { KubeObject } from '@knative-ts/api'
import { secondTime } from '@knative-ts/kube'
import { trackUpdate } from '../apply/track-update.ts'
import { type Call, type World } from './call.ts'
import { apiVersionText } from './versions.ts'

/** Sets the managed fields of `object`, in place, to what they are after a write by the call's manager. */
export function ownedByUpdate(world: World, call: Call, object: KubeObject, before: KubeObject | undefined): KubeObject {
  const managedFields = trackUpdate({
    schema: call.type.schema,
    before,
    after: object,
    operation: 'Update',
    manager: call.manager,
    apiVersion: apiVersionText(call.type),
    subresource: call.subresource,
    ...notWrittenBy(call),
    now: secondTime(world.clock())
  })
  if (managedFields === undefined) delete object.metadata.managedFields
  else object.metadata.managedFields = managedFields
  return object
}

/** A custom kind's status is written through its subresource only, where it has one. */
export const notWrittenBy = ({ type, subresource }: Call): { readonly notWritten?: readonly string[] } =>
  type.custom !== undefined && subresource === '' && type.subresources.has('status') ? { notWritten: ['status'] } : {}
