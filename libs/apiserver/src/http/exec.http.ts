/** pods/exec and pods/attach: which container, which streams, and by which of the upgrades. */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type * as k8s from '@knative-ts/api/kubernetes'
import { containerOf } from '../requests/pod-container.ts'
import type { PodStreams } from '../requests/pod-streams.ts'
import type { Command } from '../streaming/command.ts'
import { serveCommandSpdy } from '../streaming/command-spdy.ts'
import { serveCommandWebSocket, wantsTranslation } from '../streaming/command-websocket.ts'
import { asksForSpdy, refuse } from '../streaming/spdy-upgrade.ts'
import { badRequest } from './errors.ts'
import type { Exchange } from './exchange.ts'
import { booleanOf } from './query.ts'

/** What the query asks for. Throws 400 for what no node could run. */
function commandOf(streams: PodStreams | undefined, pod: k8s.Pod, query: URLSearchParams, attach: boolean): Command {
  const tty = booleanOf(query, 'tty')
  const options = {
    stdin: booleanOf(query, 'stdin'),
    stdout: booleanOf(query, 'stdout'),
    // A terminal has one output.
    stderr: booleanOf(query, 'stderr') && !tty,
    tty
  }
  const { name = '', namespace = '' } = pod.metadata
  const container = containerOf(pod, query.get('container') ?? '')
  if (!pod.spec?.nodeName) throw badRequest(`pod ${name} does not have a host assigned`)
  if (streams === undefined) throw badRequest(`no node agent serves node ${pod.spec.nodeName}`)
  return { pod: { namespace, name }, container, argv: attach ? undefined : query.getAll('command'), options, streams }
}

/** Upgrades and runs. Throws 400 before anything is answered. */
export function serveCommand(streams: PodStreams | undefined, pod: k8s.Pod, exchange: Exchange, attach: boolean): void {
  const { upgrade, request, query } = exchange
  const command = commandOf(streams, pod, query, attach)
  if (upgrade === undefined) throw badRequest('Upgrade request required')
  serveUpgrade(command, request, upgrade.socket, upgrade.head)
}

function serveUpgrade(command: Command, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const { stdin, stdout, stderr } = command.options
  const asked = stdin || stdout || stderr
  const obstacle = asked
    ? command.streams.obstacle(command.pod, command.container, command.argv === undefined)
    : 'you must specify at least 1 of stdin, stdout, stderr'
  if (asksForSpdy(request)) return serveCommandSpdy(command, obstacle, asked ? 500 : 400, request, socket, head)
  if ((request.headers.upgrade ?? '').toLowerCase() !== 'websocket')
    return refuse(socket, 400, 'unable to upgrade: missing upgrade headers')
  // The API server ends the newest protocol itself, and tells what the kubelet refused inside; the others the kubelet refuses itself.
  if (obstacle !== undefined && !wantsTranslation(request)) return refuse(socket, asked ? 500 : 400, obstacle)
  serveCommandWebSocket(command, obstacle, request, socket, head)
}
