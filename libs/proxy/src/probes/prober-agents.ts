import type { HeaderList } from '../header-list.ts'
import { isRouted } from '../headers/routed.ts'

/** User agents of Knative's own probers, matched by prefix (reference 4.1). */
export const proberAgents = {
  activator: 'Knative-Activator-Probe',
  autoscaling: 'Knative-Autoscaling-Probe',
  ingress: 'Knative-Ingress-Probe',
  queueProxy: 'Knative-Queue-Proxy-Probe'
} as const

/** True for the probers that ask the queue-proxy for its health: the activator's and the autoscaler's. Never a request of a route. */
export function isQueueProber(headers: HeaderList): boolean {
  const agent = headers.get('User-Agent')
  const named = agent !== undefined && (agent.startsWith(proberAgents.activator) || agent.startsWith(proberAgents.autoscaling))
  return named && !isRouted(headers)
}
