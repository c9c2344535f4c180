/** The whole path of a request through the gateway, top to bottom. */
import {
  type Exchange,
  type Handler,
  isKubeletProbe,
  isIngressProbe,
  networkHashHeader,
  pipeline,
  refuse,
  type Stage,
  traced,
  type Tracing
} from '@knative-ts/proxy'
import { forward, type Forwarder } from './forwarding/forward.ts'
import { forwardedHeaders } from './forwarding/forwarded-headers.ts'
import { passage, type Passage } from './forwarding/passage.ts'
import { requestId } from './forwarding/request-id.ts'
import { hostKey, matchPath, pickSplit } from './routing/match.ts'
import type { RoutingTable, Side } from './routing/routing-table.ts'
import type { GatewayMetrics } from './telemetry/gateway-metrics.ts'
import { describeRoute } from './telemetry/gateway-tracing.ts'

export interface DataPathOptions extends Forwarder {
  readonly table: RoutingTable
  readonly side: Side
  /** Why the gateway must not get traffic; undefined when it may. */
  readonly unready: () => string | undefined
  /** Gives [0, 1). */
  readonly random: () => number
  /** True for a host (lower case, without port) that has a certificate of its own. */
  readonly hasCertificate: (host: string) => boolean
  /** Port that clients reach the HTTPS listener at; redirects name it unless it is 443. */
  readonly httpsPort: number
  readonly tracing: Tracing
  readonly metrics: GatewayMetrics
}

export function dataPath(options: DataPathOptions): Handler {
  const { side, table, unready, random, hasCertificate } = options
  const httpsPort = options.httpsPort === 443 ? '' : `:${options.httpsPort}`

  const findRule: Stage<Passage> = (exchange, next) => {
    const { host, headers } = exchange.request
    // Most hosts come as they are filed.
    exchange.context.rule = table.rule(side, host) ?? table.rule(side, hostKey(host))
    if (exchange.context.rule !== undefined) return next(exchange)
    // A kubelet asks by address; a user's own request with its agent belongs to the user's host.
    if (isKubeletProbe(headers)) answerHealth(exchange)
    else refuse(exchange, 404, `no route leads from host "${host}"`)
  }

  const answerHealth = (exchange: Exchange<Passage>): void => {
    const reason = unready()
    if (reason === undefined) exchange.respond(200, {}, 'ok')
    else refuse(exchange, 503, reason)
  }

  /** Whoever was shown another host's certificate has not been told that this is the host (RFC 9110, 15.5.20). */
  const ownCertificate: Stage<Passage> = (exchange, next) => {
    const { secure, host } = exchange.request
    if (!secure || hasCertificate(hostKey(host))) return next(exchange)
    refuse(exchange, 421, `host "${host}" is not served over TLS`)
  }

  const match: Stage<Passage> = (exchange, next) => {
    const { context, request } = exchange
    context.path = context.rule === undefined ? undefined : matchPath(context.rule, request.target, request.headers)
    context.split = context.path === undefined ? undefined : pickSplit(context.path, random)
    if (context.split !== undefined) return next(exchange)
    refuse(exchange, 404, `no route of host "${request.host}" fits this path and these headers`)
  }

  const redirect: Stage<Passage> = (exchange, next) => {
    const { context, request } = exchange
    if (context.path?.redirect !== true || request.secure) return next(exchange)
    exchange.respond(301, { Location: `https://${hostKey(request.host)}${httpsPort}${request.target}` })
  }

  /**
   * A status prober asks which version of its ingress is served here and whether it leads anywhere: its request goes the way of all others, and the backend answers with
   * the hash that was put in here (reference 2.12). One that names a hash of its own asks a gateway further on, or the backend.
   */
  const ingressProbe: Stage<Passage> = (exchange, next) => {
    const { context, request } = exchange
    if (!isIngressProbe(request.headers)) return next(exchange)
    const asked = request.headers.get(networkHashHeader)
    context.split = context.split?.probing(asked === 'override' ? context.rule?.version : asked)
    return next(exchange)
  }

  return pipeline<Passage>(
    [
      traced(options.tracing),
      options.metrics.stage(side),
      findRule,
      ownCertificate,
      match,
      redirect,
      ingressProbe,
      describeRoute,
      requestId,
      forwardedHeaders(side),
      forward(options)
    ],
    passage
  )
}
