/** The data path of the sidecar, outermost stage first (reference 5.2). */
import {
  appendForwardedFor,
  badGateway,
  cameThroughActivator,
  deadlines,
  type Handler,
  pipeline,
  refuse,
  removeRevisionHeaders,
  restoreHost,
  shimForwarded,
  type Stage,
  type UpstreamPool
} from '@knative-ts/proxy'
import type { Breaker } from '@knative-ts/throttling'
import type { Drainer } from './drainer.ts'
import type { Environment } from './environment.ts'
import type { RequestStats } from './request-stats.ts'

export interface DataPathParts {
  readonly environment: Environment
  readonly drainer: Drainer
  readonly stats: RequestStats
  /** Absent without a limit (containerConcurrency 0). */
  readonly breaker: Breaker | undefined
  readonly upstreams: UpstreamPool
  /** Request log and invocation metrics, where they are on. */
  readonly observers: { readonly log?: Stage; readonly metrics?: Stage }
}

export function dataPath({ environment, drainer, stats, breaker, upstreams, observers }: DataPathParts): Handler {
  const { timeoutMs, responseStartMs, idleMs } = environment
  const limits = { timeoutMs, responseStartMs, idleMs }
  return pipeline([
    ...(observers.log === undefined ? [] : [observers.log]),
    drainer.gate,
    deadlines(() => limits, 'request timeout'),
    rewriteHead,
    count(stats),
    ...(breaker === undefined ? [] : [admit(breaker)]),
    ...(observers.metrics === undefined ? [] : [observers.metrics]),
    forwardToUser(upstreams, `127.0.0.1:${environment.userPort}`)
  ])
}

/** What the user container sees differs from what came: its own Host again, `Forwarded`, nothing that names the revision. */
const rewriteHead: Stage = ({ request }, next) => {
  shimForwarded(request.headers)
  restoreHost(request)
  removeRevisionHeaders(request)
  return next()
}

/** Counts for the autoscaler: what waits for the breaker counts too. */
function count(stats: RequestStats): Stage {
  return async (exchange, next) => {
    const proxied = cameThroughActivator(exchange.request.headers)
    stats.begin(performance.now(), proxied)
    try {
      await next()
    } finally {
      stats.end(performance.now(), proxied)
    }
  }
}

/** containerConcurrency: so many run, ten times as many wait. Who leaves or times out while waiting has its answer already, or needs none. */
function admit(breaker: Breaker): Stage {
  return async (exchange, next) => {
    const admission = breaker.tryAcquire() ? 'admitted' : await breaker.acquire(exchange.signal)
    if (admission === 'queue-full') refuse(exchange, 503, 'pending request queue full')
    if (admission !== 'admitted') return
    try {
      await next()
    } finally {
      breaker.release()
    }
  }
}

/** HTTP/2 goes on as HTTP/2, all else as HTTP/1.1. */
function forwardToUser(upstreams: UpstreamPool, address: string): Stage {
  return async (exchange) => {
    const { request } = exchange
    appendForwardedFor(request)
    const protocol = request.version === '2' ? 'h2c' : 'h1'
    const outcome = await upstreams.forward(exchange, address, { protocol, retry: 'unsent-or-idempotent' })
    if (outcome.kind === 'upstream-failed' && outcome.phase !== 'mid-body') badGateway(exchange, outcome.error)
  }
}
