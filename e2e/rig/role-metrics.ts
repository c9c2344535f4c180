import type { Pod } from '@knative-ts/api/kubernetes'
import { pods } from '@knative-ts/api/kubernetes'
import type { KubeClient } from '@knative-ts/kube'

/** The sum of a counter without labels over all running pods of a role; 0 where it has not been counted yet. */
export async function totalOf(client: KubeClient, role: string, counter: string): Promise<number> {
  const { items } = await client.list<Pod>(pods, { namespace: 'knative-serving', labelSelector: `app=${role}` })
  const running = items.filter(({ status, metadata }) => status?.phase === 'Running' && metadata.deletionTimestamp === undefined)
  const counts = await Promise.all(
    running.map(async ({ metadata: { name } }) => {
      const answer = await client.raw({ method: 'GET', path: `/api/v1/namespaces/knative-serving/pods/${name}:8086/proxy/metrics` })
      if (answer.status !== 200) throw new Error(`metrics of ${name}: HTTP ${answer.status} ${answer.body.slice(0, 200)}`)
      const line = answer.body.split('\n').find((text) => text.startsWith(`${counter} `) || text.startsWith(`${counter}{`))
      return Number(line?.replace(/^.*[ }] *(?=\S)/, '').split(' ')[0] ?? 0)
    })
  )
  return counts.reduce((sum, count) => sum + count, 0)
}

/** The value of a role's gauge for one revision; undefined when there is none. Labels as Prometheus prints them. */
export async function gaugeOf(client: KubeClient, role: string, gauge: string, revision: string): Promise<number | undefined> {
  const { items } = await client.list<Pod>(pods, { namespace: 'knative-serving', labelSelector: `app=${role}` })
  const name = items.find(({ status, metadata }) => status?.phase === 'Running' && metadata.deletionTimestamp === undefined)?.metadata.name
  if (name === undefined) throw new Error(`no pod of ${role} runs`)
  // Through the API server: nobody outside a cluster reaches its pods.
  const answer = await client.raw({ method: 'GET', path: `/api/v1/namespaces/knative-serving/pods/${name}:8086/proxy/metrics` })
  if (answer.status !== 200) throw new Error(`metrics of ${name}: HTTP ${answer.status} ${answer.body.slice(0, 200)}`)
  const lines = answer.body.split('\n')
  const line = lines.find((text) => text.startsWith(`${gauge}{`) && text.includes(`kn_revision_name="${revision}"`))
  return line === undefined
    ? undefined
    : Number(
        line
          .slice(line.lastIndexOf('}') + 1)
          .trim()
          .split(' ')[0]
      )
}
