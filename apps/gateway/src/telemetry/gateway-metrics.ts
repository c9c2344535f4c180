import {
  channels,
  type Exchange,
  isIngressProbe,
  isKubeletProbe,
  networkProbe,
  served,
  type Stage,
  type UpstreamErrorCode
} from '@knative-ts/proxy'
import { FailureCounts } from '@knative-ts/telemetry/requests/failure-counts'
import type { Labels, MeasuredMetric } from '@knative-ts/telemetry/requests/metric'
import { ServerRequests } from '@knative-ts/telemetry/requests/server-requests'
import type { Passage } from '../forwarding/passage.ts'
import type { Side } from '../routing/routing-table.ts'

/** nginx' status for a client that left before it had an answer. */
const statusOfLeft = 499
/** Combinations of route, status and method that are told apart. */
const mostSeries = 2_000

/** What libs/proxy publishes when an upstream has failed. */
interface UpstreamFailed {
  readonly phase: string
  readonly error: { readonly code: UpstreamErrorCode }
}

/** Counts what passes through this gateway. Always: it costs little, and a counter that begins with the first scrape would lie. */
export class GatewayMetrics {
  readonly #requests = new ServerRequests({}, mostSeries)
  readonly #failures = new FailureCounts('kn.gateway')

  readonly #upstreamFailed = (message: unknown): void => {
    const { phase, error } = message as UpstreamFailed
    this.#failures.upstream(error.code, phase)
  }

  /** Listens to the proxy core until `stop`. */
  start(): void {
    channels.upstreamFailed.subscribe(this.#upstreamFailed)
  }

  stop(): void {
    channels.upstreamFailed.unsubscribe(this.#upstreamFailed)
  }

  /** The gateway answered that status itself. */
  failed(status: number): void {
    this.#failures.own(status)
  }

  /** Counts each request but probes at its end. */
  stage(side: Side): Stage<Passage> {
    const ended = (exchange: Exchange<Passage>): void => this.#ended(exchange, side)
    return (exchange, next) => {
      exchange.onEnd(ended)
      return next(exchange)
    }
  }

  /** What has been counted so far. */
  get measured(): readonly MeasuredMetric[] {
    return [...this.#requests.measured, ...this.#failures.measured]
  }

  #ended(exchange: Exchange<Passage>, side: Side): void {
    const { context, request } = exchange
    const { rule, split } = context
    // Who was matched is nobody's probe but an ingress's.
    const { headers } = request
    if (isIngressProbe(headers) || (split === undefined && (isKubeletProbe(headers) || networkProbe(headers) !== undefined))) return
    const ingress = rule?.ingress ?? ''
    const revision = split?.revision.name ?? ''
    this.#requests.record(served(exchange as Exchange, statusOfLeft), `${side} ${ingress} ${revision}`, () =>
      labelsOf(side, ingress, revision)
    )
  }
}

function labelsOf(side: Side, ingress: string, revision: string): Labels {
  const [namespace = '', name = ''] = ingress.split('/', 2)
  return {
    'kn.gateway.side': side,
    ...(ingress === '' ? {} : { 'kn.ingress.name': name, 'k8s.namespace.name': namespace }),
    ...(revision === '' ? {} : { 'kn.revision.name': revision })
  }
}
