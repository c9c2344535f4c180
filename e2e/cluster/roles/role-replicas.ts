import { deployments, pods, type Pod } from '@knative-ts/api/kubernetes'
import { namespaceOf, type AnyRole } from '@knative-ts/api/system'
import type { KubeClient } from '@knative-ts/kube'
import { until } from '../../rig/until.ts'

/** A rig under load starts a role in seconds; a slow machine may take much longer. */
const patienceMs = 180_000
const everyMs = 250

/** Pods of a role, those on their way out too. */
export async function podsOfRole(client: KubeClient, role: AnyRole): Promise<readonly Pod[]> {
  const { items } = await client.list(pods, { namespace: namespaceOf(role), labelSelector: `app=${role}` })
  return items
}

export const isReadyPod = ({ metadata, status }: Pod): boolean =>
  metadata.deletionTimestamp === undefined &&
  status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') === true

/** Resolves with a role's pods once they are so many, all ready, and none is on its way out. */
export function settledRole(client: KubeClient, role: AnyRole, count: number): Promise<readonly Pod[]> {
  return until(
    `${role} has ${count} ready pods`,
    async () => {
      const found = await podsOfRole(client, role)
      return found.length === count && found.every(isReadyPod) && found
    },
    patienceMs,
    everyMs
  )
}

/** Gives a role so many replicas; resolves with its pods when they are there. */
export async function scaleRole(client: KubeClient, role: AnyRole, count: number): Promise<readonly Pod[]> {
  const path = `/apis/apps/v1/namespaces/${namespaceOf(role)}/deployments/${role}/scale`
  const body = JSON.stringify({ spec: { replicas: count } })
  const { status, body: answer } = await client.raw({
    method: 'PATCH',
    path,
    headers: { 'Content-Type': 'application/merge-patch+json' },
    body
  })
  if (status !== 200) throw new Error(`${role} cannot be scaled to ${count}: HTTP ${status} ${answer}`)
  return settledRole(client, role, count)
}

/** Replicas that a role's Deployment asks for. */
export async function replicasOfRole(client: KubeClient, role: AnyRole): Promise<number> {
  const { spec } = await client.get(deployments, { namespace: namespaceOf(role), name: role })
  return spec?.replicas ?? 1
}
