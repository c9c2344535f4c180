import { deployments, pods, type Deployment, type Pod } from '@knative-ts/api/kubernetes'
import type { KubeClient } from '@knative-ts/kube'
import { until } from './until.ts'

const namespace = 'knative-serving'

/** Sets variables of a role's Deployment and waits until its new pod, and no other, runs. Resolves with that pod. */
export async function restartRoleWith(client: KubeClient, role: string, env: Readonly<Record<string, string>>): Promise<Pod> {
  const variables = Object.entries(env).map(([name, value]) => ({ name, value }))
  const body = { spec: { template: { spec: { containers: [{ name: role, env: variables }] } } } }
  const { metadata } = await client.patch<Deployment>(deployments, { namespace, name: role }, { type: 'strategic', body })
  return until(`the new ${role} runs alone`, async () => {
    const { status } = await client.get<Deployment>(deployments, { namespace, name: role })
    if ((status?.observedGeneration ?? 0) < (metadata.generation ?? 0) || status?.readyReplicas !== 1 || status.updatedReplicas !== 1)
      return false
    const { items } = await client.list<Pod>(pods, { namespace, labelSelector: `app=${role}` })
    return items.length === 1 && items[0]
  })
}

/** Ends a role's pods as a node does that dies: without a word to them. Resolves when every one of them is gone and another is ready. */
export async function killRole(client: KubeClient, role: string): Promise<void> {
  const found = async (): Promise<Pod[]> => (await client.list<Pod>(pods, { namespace, labelSelector: `app=${role}` })).items
  const old = new Set((await found()).map(({ metadata }) => metadata.name ?? ''))
  if (old.size === 0) throw new Error(`there is no pod of ${role}`)
  for (const name of old) await client.delete(pods, { namespace, name }, { gracePeriodSeconds: 0 })
  await until(
    `a new ${role} is ready`,
    async () => {
      const now = await found()
      const isReady = ({ status }: Pod): boolean =>
        status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false
      return !now.some(({ metadata }) => old.has(metadata.name ?? '')) && now.some(isReady)
    },
    120_000,
    200
  )
}

/** The whole log of a role's pod, one JSON object a line. */
export async function roleLog(client: KubeClient, pod: Pod): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { status, body } = await client.raw({ method: 'GET', path: `/api/v1/namespaces/${namespace}/pods/${pod.metadata.name}/log` })
  if (status !== 200) throw new Error(`log of ${pod.metadata.name}: HTTP ${status} ${body}`)
  return body
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}
