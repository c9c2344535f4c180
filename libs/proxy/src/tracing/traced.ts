import type { Exchange } from '../server/exchange.ts'
import type { Stage } from '../server/pipeline.ts'
import { isKubeletProbe } from '../probes/kubelet-probe.ts'
import { networkProbe } from '../probes/network-probe.ts'
import type { Span, Tracing } from './span.ts'

/**
 * The outermost stage of a traced path: a span for each request that is sampled, probes excepted, with the attributes of OpenTelemetry's conventions for
 * HTTP servers. Inner stages find it as `exchange.span`, and forwarding hangs its attempts below. Without a tracer it costs one look.
 */
export function traced<C>(tracing: Tracing): Stage<C> {
  return (exchange, next) => {
    const { tracer } = tracing
    if (tracer === undefined) return next(exchange)
    const { request } = exchange
    const { headers } = request
    if (isKubeletProbe(headers) || networkProbe(headers) !== undefined) return next(exchange)
    const traceparent = headers.get('traceparent')
    const begun = tracer.begin({ traceparent, tracestate: headers.get('tracestate'), startedAt: exchange.startedAt }, request.method)
    if (typeof begun === 'string') headers.set('traceparent', begun)
    else if (begun !== undefined) follow(exchange as Exchange, begun)
    return next(exchange)
  }
}

function follow(exchange: Exchange, span: Span): void {
  const { request } = exchange
  exchange.span = span
  span.set('http.request.method', request.method)
  // The query may hold what is nobody's business.
  span.set('url.path', request.target.split('?', 1)[0] as string)
  span.set('url.scheme', request.secure ? 'https' : 'http')
  span.set('server.address', request.host)
  span.set('network.protocol.version', request.version)
  span.set('network.peer.address', request.remoteAddress)
  span.set('network.peer.port', request.remotePort)
  const agent = request.headers.get('user-agent')
  if (agent !== undefined) span.set('user_agent.original', agent)
  if (request.body.length > 0) span.set('http.request.body.size', request.body.length)
  exchange.onEnd(({ response, aborted }) => {
    if (response.status !== 0) span.set('http.response.status_code', response.status)
    span.set('http.response.body.size', response.bytes)
    if (response.status >= 500) span.fail(String(response.status), '')
    else if (aborted !== undefined) span.fail(aborted, '')
    span.end()
  })
}
