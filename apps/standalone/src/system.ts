/** Puts the platform's own objects into the cluster: the same ones that the chart installs. */
import type { KubeObject, Resource } from '@knative-ts/api'
import { customResourceDefinitions } from '@knative-ts/api/crds'
import { systemObjects, type PartName, type SystemOptions } from '@knative-ts/api/system'
import { ApiError, type KubeClient } from '@knative-ts/kube'

/** Field manager of everything that standalone applies. */
const manager = 'knative-standalone'

/**
 * Milliseconds that the webhook of an earlier run may take until it is up again, on a slow machine too, and between two attempts: at first, and at most
 * when it takes long. Who tries again costs the machine what the webhook needs to start.
 */
const webhookBack = { withinMs: 300_000, firstMs: 100, mostMs: 2_000 }
/** What runs roles: last, when all that they need is there. */
const workloads = ['Deployment', 'StatefulSet']
/** Share of what was waited already that passes until the next attempt. */
const patience = 0.1

/**
 * Applies CRDs and the namespace, then everything else, Deployments last. Server-side apply: what other managers own (rules that the
 * webhook fills in, data that a user has set) stays. At a second start the webhook configurations of the first are there already, and
 * their webhook is one of the Deployments: what it must admit is tried again until it answers. Resolves when all is applied.
 */
export async function applySystem(
  client: KubeClient,
  resourceOf: (object: KubeObject) => Resource,
  installed: readonly PartName[],
  options: SystemOptions
): Promise<void> {
  const apply = async (object: KubeObject): Promise<void> => {
    const resource = resourceOf(object)
    const key = { namespace: resource.namespaced ? (object.metadata.namespace ?? 'default') : '', name: object.metadata.name ?? '' }
    await client.patch(resource, key, { type: 'apply', body: object, force: true }, { fieldManager: manager })
  }
  const objects = installed.flatMap((part) => systemObjects(options, part))
  const only = (...kinds: string[]): KubeObject[] => objects.filter(({ kind }) => kinds.includes(kind))
  await Promise.all([...installed.flatMap((part) => customResourceDefinitions(part)), ...only('Namespace')].map(apply))
  const configuration = Promise.all(only('ConfigMap').map((object) => admitted(() => apply(object))))
  const rest = objects.filter(({ kind }) => !['Namespace', 'ConfigMap', ...workloads].includes(kind))
  await Promise.all(rest.map(apply))
  // The webhook of SinkBindings is asked about those that a build stored which did not exclude them by label yet.
  await Promise.all([configuration, ...only(...workloads).map((object) => admitted(() => apply(object)))])
}

/** Tries again while a webhook cannot be called. */
async function admitted(apply: () => Promise<void>): Promise<void> {
  for (const began = performance.now(); ;) {
    try {
      await apply()
      return
    } catch (error) {
      const waiting = error instanceof ApiError && error.code === 500 && error.message.includes('failed calling webhook')
      if (!waiting || performance.now() > began + webhookBack.withinMs) throw error
    }
    const pauseMs = Math.min(webhookBack.mostMs, Math.max(webhookBack.firstMs, (performance.now() - began) * patience))
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}
