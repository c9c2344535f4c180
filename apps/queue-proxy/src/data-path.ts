/** The data path of the sidecar, outermost stage first (reference 5.2). */
import {
  appendForwardedFor,
  badGateway,
  cameThroughActivator,
  deadlines,
  type Exchange,
  type ForwardOptions,
  type Handler,
  type Next,
  type Outcome,
  pipeline,
  refuse,
  removeRevisionHeaders,
  restoreHost,
  routeTag,
  shimForwarded,
  type Span,
  type Stage,
  traced,
  type Tracing,
  type UpstreamPool
} from '@knative-ts/proxy'
import type { Breaker } from '@knative-ts/throttling'
import type { Drainer } from './drainer.ts'
import type { Environment } from './environment.ts'
import type { InvocationMetrics } from './metrics/invocation-metrics.ts'
import type { RequestStats } from './request-stats.ts'

export interface DataPathParts {
  readonly environment: Environment
  readonly drainer: Drainer
  readonly stats: RequestStats
  /** Absent without a limit (containerConcurrency 0). */
  readonly breaker: Breaker | undefined
  readonly upstreams: UpstreamPool
  /** Request log, request metrics and spans, where they are on. */
  readonly observers: { readonly log?: Stage; readonly metrics?: InvocationMetrics; readonly tracing?: Tracing }
}

export function dataPath({ environment, drainer, stats, breaker, upstreams, observers }: DataPathParts): Handler {
  const { timeoutMs, responseStartMs, idleMs } = environment
  const limits = { timeoutMs, responseStartMs, idleMs }
  return pipeline([
    ...(observers.tracing === undefined ? [] : [traced(observers.tracing)]),
    ...(observers.metrics === undefined ? [] : [observers.metrics.whole]),
    ...(observers.log === undefined ? [] : [observers.log]),
    drainer.gate,
    deadlines(() => limits, 'request timeout'),
    ...(observers.tracing === undefined ? [] : [proxySpan]),
    rewriteHead,
    count(stats),
    ...(breaker === undefined ? [] : [admit(breaker)]),
    ...(observers.metrics === undefined ? [] : [observers.metrics.invocation]),
    forwardToUser(upstreams, `127.0.0.1:${environment.userPort}`)
  ])
}

/** Upstream's span of everything behind the timeouts: waiting and forwarding are its children. */
const proxySpan: Stage = (exchange, next) => {
  const { span } = exchange
  if (span === undefined) return next(exchange)
  span.set('kn.route.tag', routeTag(exchange.request.headers))
  const inner = span.child('kn.queueproxy.proxy')
  exchange.span = inner
  exchange.onEnd(() => inner.end())
  return next(exchange)
}

/** What the user container sees differs from what came: its own Host again, `Forwarded`, nothing that names the revision. */
const rewriteHead: Stage = (exchange, next) => {
  const { request } = exchange
  shimForwarded(request.headers)
  restoreHost(request)
  removeRevisionHeaders(request)
  return next(exchange)
}

/** Counts for the autoscaler: what waits for the breaker counts too. */
function count(stats: RequestStats): Stage {
  const ended = (): void => stats.end(performance.now(), false)
  const endedProxied = (): void => stats.end(performance.now(), true)
  return (exchange, next) => {
    const proxied = cameThroughActivator(exchange.request.headers)
    stats.begin(exchange.startedAt, proxied)
    exchange.onEnd(proxied ? endedProxied : ended)
    return next(exchange)
  }
}

/** containerConcurrency: so many run, ten times as many wait. Who leaves or times out while waiting has its answer already, or needs none. */
function admit(breaker: Breaker): Stage {
  const release = (): void => breaker.release()
  const wait = async (exchange: Exchange, next: Next, span: Span | undefined): Promise<void> => {
    const admission = await breaker.acquire(exchange.signal)
    if (admission === 'queue-full') refuse(exchange, 503, 'pending request queue full')
    if (admission !== 'admitted') span?.fail(admission, '')
    span?.end()
    if (admission !== 'admitted') return
    exchange.onEnd(release)
    await next(exchange)
  }
  return (exchange, next) => {
    const span = exchange.span?.child('kn.queueproxy.wait')
    if (!breaker.tryAcquire()) return wait(exchange, next, span)
    span?.end()
    exchange.onEnd(release)
    return next(exchange)
  }
}

/** HTTP/2 goes on as HTTP/2, all else as HTTP/1.1. */
function forwardToUser(upstreams: UpstreamPool, address: string): Stage {
  const http1: ForwardOptions = { protocol: 'h1', retry: 'unsent-or-idempotent' }
  const http2: ForwardOptions = { protocol: 'h2c', retry: 'unsent-or-idempotent' }
  const settled = (outcome: Outcome, exchange: Exchange): void => {
    if (outcome.kind === 'upstream-failed' && outcome.phase !== 'mid-body') badGateway(exchange, outcome.error)
  }
  return (exchange) => {
    const { request } = exchange
    appendForwardedFor(request)
    upstreams.send(exchange, address, request.version === '2' ? http2 : http1, settled)
  }
}
