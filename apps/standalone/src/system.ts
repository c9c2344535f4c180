/** Puts the platform's own objects into the cluster: the same ones that the chart installs. */
import type { KubeObject, Resource } from '@knative-ts/api'
import { customResourceDefinitions } from '@knative-ts/api/crds'
import { systemObjects, type SystemOptions } from '@knative-ts/api/system'
import type { KubeClient } from '@knative-ts/kube'

/** Field manager of everything that standalone applies. */
const manager = 'knative-standalone'

/**
 * Applies CRDs, then everything else, in steps so that nothing is applied before what it stands on. Server-side apply: what other
 * managers own (rules that the webhook fills in, data that a user has set) stays.
 */
export async function applySystem(client: KubeClient, resourceOf: (object: KubeObject) => Resource, options: SystemOptions): Promise<void> {
  const apply = async (object: KubeObject): Promise<void> => {
    const resource = resourceOf(object)
    const key = { namespace: resource.namespaced ? (object.metadata.namespace ?? 'default') : '', name: object.metadata.name ?? '' }
    await client.patch(resource, key, { type: 'apply', body: object, force: true }, { fieldManager: manager })
  }
  await Promise.all(customResourceDefinitions().map(apply))
  for (const step of inOrder(systemObjects(options))) await Promise.all(step.map(apply))
}

/** Namespaces first, Deployments last; what is between does not lean on each other. */
function inOrder(objects: readonly KubeObject[]): KubeObject[][] {
  const first = objects.filter(({ kind }) => kind === 'Namespace')
  const last = objects.filter(({ kind }) => kind === 'Deployment')
  return [first, objects.filter((object) => !first.includes(object) && !last.includes(object)), last]
}
