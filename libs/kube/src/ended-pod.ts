import { pods, type Pod } from '@knative-ts/api/kubernetes'
import type { KubeClient } from './client.ts'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const address = /^(\d+(\.\d+){3}|[0-9a-f]*:[0-9a-f:]+)$/

/**
 * For {@link ElectionOptions.hasEnded}, where identities are `<pod>_<uid of the pod>` or `<pod>_<address of the pod>`: true when that pod is no more, or none
 * of its containers runs. One whose node is silent counts as running, and so does a holder that is no pod: nobody knows. Needs the right to list pods of
 * the namespace.
 */
export function podHasEnded(client: KubeClient, namespace: string): (identity: string) => Promise<boolean> {
  return async (identity) => {
    const split = identity.lastIndexOf('_')
    const which = identity.slice(split + 1)
    if (!uuid.test(which) && !address.test(which)) return false
    const { items } = await client.list<Pod>(pods, { namespace, fieldSelector: `metadata.name=${identity.slice(0, split)}` })
    const pod = items.find(({ metadata, status }) => (uuid.test(which) ? metadata.uid : status?.podIP) === which)
    if (pod === undefined) return true
    const { phase, containerStatuses = [] } = pod.status ?? {}
    if (phase === 'Succeeded' || phase === 'Failed') return true
    return containerStatuses.length > 0 && containerStatuses.every(({ state }) => state?.running === undefined)
  }
}
