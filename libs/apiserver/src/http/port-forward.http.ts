/** pods/portforward, by which of the upgrades. */
import type * as k8s from '@knative-ts/api/kubernetes'
import type { PodStreams } from '../requests/pod-streams.ts'
import { asksForTunnel, servePortForwardSpdy, servePortForwardTunnel } from '../streaming/port-forward-spdy.ts'
import { portsOf, servePortForwardWebSocket } from '../streaming/port-forward-websocket.ts'
import { asksForSpdy, refuse } from '../streaming/spdy-upgrade.ts'
import { badRequest } from './errors.ts'
import type { Exchange } from './exchange.ts'

/** Upgrades and forwards. Throws 400 before anything is answered. */
export function servePortForward(streams: PodStreams | undefined, pod: k8s.Pod, exchange: Exchange): void {
  const { upgrade, request, query } = exchange
  const { name = '', namespace = '' } = pod.metadata
  if (!pod.spec?.nodeName) throw badRequest(`pod ${name} does not have a host assigned`)
  if (streams === undefined) throw badRequest(`no node agent serves node ${pod.spec.nodeName}`)
  if (upgrade === undefined) throw badRequest('Upgrade request required')
  const forward = { streams, pod: { namespace, name } }
  const { socket, head } = upgrade
  if (asksForSpdy(request)) return servePortForwardSpdy(forward, request, socket, head)
  if ((request.headers.upgrade ?? '').toLowerCase() !== 'websocket')
    return refuse(socket, 400, 'unable to upgrade: missing upgrade headers')
  if (asksForTunnel(request)) return servePortForwardTunnel(forward, request, socket, head)
  const ports = portsOf(query)
  if (typeof ports === 'string') return refuse(socket, 400, ports)
  servePortForwardWebSocket(forward, ports, request, socket, head)
}
