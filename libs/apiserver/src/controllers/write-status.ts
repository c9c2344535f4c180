import type { KubeObject, Resource } from '@knative-ts/api'
import { equalJson, type KubeClient } from '@knative-ts/kube'

/** Writes a status, unless it is the object's already: a write without a change would only wake everybody who watches. */
export async function writeStatus<T extends KubeObject & { readonly status?: object }>(
  client: KubeClient,
  resource: Resource<T>,
  object: T,
  status: NonNullable<T['status']>
): Promise<void> {
  if (!equalJson(object.status ?? {}, status)) await client.updateStatus(resource, { ...object, status })
}
