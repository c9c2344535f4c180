import type { OpenRequests, Server, UpstreamPool } from '@knative-ts/proxy'
import type { Labels, MeasuredMetric } from '@knative-ts/telemetry/requests/metric'
import type { WaitingRoom } from '../forwarding/waiting-room.ts'
import type { RoutingStream } from '../routing/routing-stream.ts'
import type { RoutingTable, Side } from '../routing/routing-table.ts'

/** What a gateway is made of, as far as it can be measured at any moment. */
export interface GatewayState {
  readonly table: RoutingTable
  readonly stream: RoutingStream
  readonly upstreams: UpstreamPool
  readonly waiting: WaitingRoom
  readonly requests: Readonly<Record<Side, OpenRequests>>
  readonly servers: ReadonlyMap<string, readonly Server[]>
}

interface Point {
  readonly labels: Labels
  readonly value: number
}

/** The gateway's state as gauges, read when they are scraped. */
export function measuredState({ table, stream, upstreams, waiting, requests, servers }: GatewayState): MeasuredMetric[] {
  const { idle, busy, secured } = upstreams.counts
  const listeners = (value: (server: Server) => number): Point[] =>
    Array.from(servers, ([listener, all]) => ({
      labels: { 'kn.gateway.listener': listener },
      value: all.reduce((sum, server) => sum + value(server), 0)
    }))
  return [
    metric('gauge', 'http.server.active_requests', '{request}', 'Requests that are under way', [
      { labels: { 'kn.gateway.side': 'public' }, value: requests.public.open },
      { labels: { 'kn.gateway.side': 'internal' }, value: requests.internal.open }
    ]),
    metric(
      'gauge',
      'kn.gateway.connections',
      '{connection}',
      'Connections of clients',
      listeners(({ counts }) => counts.connections)
    ),
    metric(
      'counter',
      'kn.gateway.messages.refused',
      '{message}',
      'Messages that the parser refused',
      listeners(({ counts }) => counts.refused)
    ),
    metric('gauge', 'kn.gateway.upstream.connections', '{connection}', 'Connections to upstreams', [
      { labels: { 'kn.connection.state': 'idle' }, value: idle },
      { labels: { 'kn.connection.state': 'busy' }, value: busy }
    ]),
    metric('counter', 'kn.gateway.upstream.secured', '{connection}', 'Connections to upstreams that were opened over TLS', one(secured)),
    metric('gauge', 'kn.gateway.ingresses', '{ingress}', 'KIngresses in the routing table', one(table.size)),
    metric('gauge', 'kn.gateway.routing.sequence', '{sequence}', 'Sequence of the last update that was applied', one(stream.sequence)),
    metric('gauge', 'kn.gateway.controller.connected', '{stream}', '1 while a controller is followed', one(stream.connected ? 1 : 0)),
    metric('gauge', 'kn.gateway.waiting.size', 'By', 'What requests cost that wait for a backend', one(waiting.used))
  ]
}

const one = (value: number): Point[] => [{ labels: {}, value }]

function metric(kind: 'gauge' | 'counter', name: string, unit: string, description: string, points: readonly Point[]): MeasuredMetric {
  return { kind, shape: { name, unit, description }, points }
}
