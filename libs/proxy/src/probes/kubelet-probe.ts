import type { HeaderList } from '../header-list.ts'
import { isRouted } from '../headers/routed.ts'

/**
 * The kubelet's own probe: `User-Agent: kube-probe/...`, or the header that replaces it where the agent is lost (`K-Kubelet-Probe`).
 * Never a request of a route: a client that calls itself a kubelet is answered by the app.
 */
export function isKubeletProbe(headers: HeaderList): boolean {
  const named = headers.get('User-Agent')?.startsWith('kube-probe/') === true || headers.has('K-Kubelet-Probe')
  return named && !isRouted(headers)
}
