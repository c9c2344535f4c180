import type { Pod } from '@knative-ts/api/kubernetes'
import { events } from '@knative-ts/api/kubernetes'
import { keyOf } from '@knative-ts/api'
import type { KubeClient } from '@knative-ts/kube'

const tailLines = 5
const tailBytes = 1024

/**
 * Why a pod that runs does not get ready: what its last probe found, and the last lines that its container wrote. Asked for once, when the
 * deadline is over; what cannot be read is said so instead of hidden.
 */
export async function probeEvidence(client: KubeClient, pod: Pod, container: string): Promise<string> {
  const [probe, output] = await Promise.all([lastProbe(client, pod), logTail(client, pod, container)])
  return [probe, output === '' ? '' : `Container "${container}" wrote last: ${output}`].filter((part) => part !== '').join(' ')
}

async function lastProbe(client: KubeClient, pod: Pod): Promise<string> {
  const { namespace, name } = keyOf(pod)
  try {
    const fieldSelector = `involvedObject.kind=Pod,involvedObject.name=${name},reason=Unhealthy`
    const { items } = await client.list(events, { namespace, fieldSelector })
    const latest = items.toSorted((a, b) => ((a.lastTimestamp ?? '') < (b.lastTimestamp ?? '') ? 1 : -1))[0]
    return latest?.message === undefined ? '' : `${latest.message}.`
  } catch (error) {
    return `The probe's results could not be read: ${String(error)}.`
  }
}

async function logTail(client: KubeClient, pod: Pod, container: string): Promise<string> {
  const { namespace, name } = keyOf(pod)
  const query = new URLSearchParams({ container, tailLines: String(tailLines), limitBytes: String(tailBytes) })
  try {
    const { status, body } = await client.raw({ method: 'GET', path: `/api/v1/namespaces/${namespace}/pods/${name}/log?${query}` })
    if (status === 200) return body.trim()
    // 400: the container has not begun to write; 404: the pod has gone meanwhile. Either way there are no words to hand on.
    return status === 400 || status === 404 ? '' : `(its log could not be read: HTTP ${status})`
  } catch (error) {
    return `(its log could not be read: ${String(error)})`
  }
}
