import type { HeaderList } from '../header-list.ts'

/** The kubelet's own probe: `User-Agent: kube-probe/...`, or the header that replaces it where the agent is lost (`K-Kubelet-Probe`). */
export function isKubeletProbe(headers: HeaderList): boolean {
  return headers.get('User-Agent')?.startsWith('kube-probe/') === true || headers.has('K-Kubelet-Probe')
}
