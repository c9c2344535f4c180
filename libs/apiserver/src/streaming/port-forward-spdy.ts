/**
 * Port-forward over SPDY/3.1: for each connection the client opens an error stream and a data stream with the same request id, both naming the port.
 * The SPDY connection comes as an upgrade of its own, or inside a WebSocket (`SPDY/3.1+portforward.k8s.io`, KEP-4006).
 */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { errorText } from '@knative-ts/kube'
import { createWebSocketStream, WebSocketServer } from 'ws'
import type { PodName, PodStreams, PortStream } from '../requests/pod-streams.ts'
import { SpdyConnection } from './spdy/spdy-connection.ts'
import type { SpdyStream } from './spdy/spdy-stream.ts'
import { refuse, upgradeToSpdy } from './spdy-upgrade.ts'

const version = 'portforward.k8s.io'
const tunnelPrefix = 'SPDY/3.1+'
/** A kubelet waits as long for the second stream of a pair. ms. */
const pairMs = 30_000

const tunnels = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: 16 * 1024 * 1024 })
// Its name is no token of RFC 6455, so the library would refuse it: the subprotocol is negotiated here.
tunnels.on('headers', (headers) => headers.push(`Sec-WebSocket-Protocol: ${tunnelPrefix}${version}`))

/** Which ports of which pod may be reached. */
export interface PortForward {
  readonly streams: PodStreams
  readonly pod: PodName
}

const offered = (request: IncomingMessage): string[] =>
  (request.headers['sec-websocket-protocol'] ?? '').split(',').map((each) => each.trim())

/** True when the client wants SPDY inside a WebSocket. */
export const asksForTunnel = (request: IncomingMessage): boolean => offered(request).some((each) => each.startsWith(tunnelPrefix))

/** Upgrades and forwards until the client goes. */
export function servePortForwardSpdy(forward: PortForward, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const upgraded = upgradeToSpdy(request, socket, head, [version])
  if (upgraded !== undefined) forwardOver(forward, upgraded.transport)
}

/** Upgrades to a WebSocket and forwards inside. */
export function servePortForwardTunnel(forward: PortForward, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  if (!offered(request).includes(tunnelPrefix + version)) {
    const asked = offered(request)
      .filter((each) => each.startsWith(tunnelPrefix))
      .map((each) => each.slice(tunnelPrefix.length))
    const why = `unable to upgrade: unable to negotiate protocol: client supports [${asked.join(' ')}], server accepts [${version}]`
    return refuse(socket, 403, why, `X-Accepted-Stream-Protocol-Versions: ${version}\r\n`)
  }
  delete request.headers['sec-websocket-protocol']
  tunnels.handleUpgrade(request, socket, head, (client) => forwardOver(forward, createWebSocketStream(client)))
}

interface Pair {
  data?: SpdyStream
  error?: SpdyStream
  timer: NodeJS.Timeout
}

function forwardOver(forward: PortForward, transport: Duplex): void {
  const pairs = new Map<string, Pair>()
  const connection = new SpdyConnection(transport, (stream) => {
    const type = stream.headers.get('streamtype')
    const port = Number(stream.headers.get('port'))
    if ((type !== 'data' && type !== 'error') || !Number.isInteger(port) || port < 1 || port > 65_535) return false
    // Clients of old give no id, but open the error stream just before its data stream.
    const id = stream.headers.get('requestid') ?? String(type === 'error' ? stream.id : stream.id - 2)
    const pair = pairs.get(id) ?? { timer: setTimeout(() => abandon(id), pairMs) }
    if (pair[type] !== undefined) return false
    pair[type] = stream
    pairs.set(id, pair)
    const { data, error } = pair
    if (data === undefined || error === undefined) return true
    pairs.delete(id)
    clearTimeout(pair.timer)
    void Promise.resolve().then(() => carry(forward, port, data, error))
    return true
  })
  const abandon = (id: string): void => {
    const pair = pairs.get(id)
    pairs.delete(id)
    pair?.data?.reset()
    pair?.error?.reset()
  }
  void connection.run().then(() => {
    for (const { timer } of pairs.values()) clearTimeout(timer)
  })
}

/** One connection to the pod. Never rejects. */
async function carry({ streams, pod }: PortForward, port: number, data: SpdyStream, error: SpdyStream): Promise<void> {
  let stream: PortStream | undefined
  try {
    stream = await streams.portForward(pod, port)
    await Promise.all([send(data, stream), receive(stream, data)])
  } catch (failure) {
    stream?.destroy()
    // A client that broke off needs no reason.
    if (!data.wasReset) {
      await error.write(Buffer.from(errorText(failure)))
      data.reset()
    }
  }
  data.end()
  error.end()
}

/** To the pod. The end of the client's half is the end of ours; a client that breaks off breaks the connection. */
async function send(data: SpdyStream, to: PortStream): Promise<void> {
  for await (const bytes of data) await to.write(bytes)
  if (data.wasReset) to.destroy()
  else to.end()
}

async function receive(from: PortStream, data: SpdyStream): Promise<void> {
  for await (const bytes of from.output) {
    if (!data.writable) return from.destroy()
    await data.write(bytes)
  }
  data.end()
}
