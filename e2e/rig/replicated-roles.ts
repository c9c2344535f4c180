/** More than one of a role, and who leads. */
import { deployments, leases, pods, type Deployment, type Lease, type Pod } from '@knative-ts/api/kubernetes'
import { systemNamespace, type RoleName } from '@knative-ts/api/system'
import type { KubeClient } from '@knative-ts/kube'
import { until } from './until.ts'

/** Gives a role this many pods, all new and with these variables; resolves when they are ready and no other is left. */
export async function replicate(
  client: KubeClient,
  role: RoleName,
  replicas: number,
  env: Readonly<Record<string, string>>
): Promise<void> {
  const variables = Object.entries(env).map(([name, value]) => ({ name, value }))
  const body = { spec: { replicas, template: { spec: { containers: [{ name: role, env: variables }] } } } }
  const key = { namespace: systemNamespace, name: role }
  const { metadata } = await client.patch<Deployment>(deployments, key, { type: 'strategic', body })
  await until(
    `${replicas} of the new ${role} run alone`,
    async () => {
      const { status } = await client.get<Deployment>(deployments, key)
      if ((status?.observedGeneration ?? 0) < (metadata.generation ?? 0)) return false
      return status?.readyReplicas === replicas && status.updatedReplicas === replicas && (await podsOf(client, role)).length === replicas
    },
    120_000,
    200
  )
}

export async function podsOf(client: KubeClient, role: RoleName): Promise<readonly Pod[]> {
  return (await client.list<Pod>(pods, { namespace: systemNamespace, labelSelector: `app=${role}` })).items
}

/** Leases of the system whose names begin with `prefix`, by name, with the pod that holds each; '' when none does. */
export async function holders(client: KubeClient, prefix: string): Promise<ReadonlyMap<string, string>> {
  const { items } = await client.list<Lease>(leases, { namespace: systemNamespace })
  const mine = items.filter(({ metadata }) => metadata.name?.startsWith(prefix))
  const podOf = (identity = ''): string => identity.slice(0, Math.max(identity.lastIndexOf('_'), 0))
  return new Map(mine.map(({ metadata, spec }) => [metadata.name ?? '', podOf(spec?.holderIdentity)]))
}

/** Ends a pod as a node does that dies: without a word to it. */
export async function killPod(client: KubeClient, name: string): Promise<void> {
  await client.delete(pods, { namespace: systemNamespace, name }, { gracePeriodSeconds: 0 })
}
