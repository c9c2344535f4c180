import type { Pod } from '@knative-ts/api/kubernetes'
import { pods } from '@knative-ts/api/kubernetes'
import type { KubeClient } from '@knative-ts/kube'

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
