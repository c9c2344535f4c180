import type { Pod } from '@knative-ts/api/kubernetes'
import { pods } from '@knative-ts/api/kubernetes'
import type { KubeClient } from '@knative-ts/kube'

/** The value of a role's gauge for one revision; undefined when there is none. Labels as Prometheus prints them. */
export async function gaugeOf(client: KubeClient, role: string, gauge: string, revision: string): Promise<number | undefined> {
  const { items } = await client.list<Pod>(pods, { namespace: 'knative-serving', labelSelector: `app=${role}` })
  const address = items.find(({ status }) => status?.phase === 'Running')?.status?.podIP
  if (address === undefined) throw new Error(`no pod of ${role} runs`)
  const answer = await fetch(`http://${address}:8086/metrics`)
  const lines = (await answer.text()).split('\n')
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
