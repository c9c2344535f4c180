/** What happens between "counted in" and "forwarded": a place at a pod, the request sent there, and another place when that failed. */
import {
  appendForwardedFor,
  badGateway,
  type Exchange,
  markActivatorHop,
  type Outcome,
  socketOf,
  type Span,
  type Stage,
  type UpstreamPool
} from '@knative-ts/proxy'
import type { Place } from '@knative-ts/throttling'
import type { Activated } from './activated.ts'
import { held } from './holding/held.ts'
import type { Turns } from './holding/turns.ts'
import { requestTimes } from './request-times.ts'
import { publishTimes } from './times-of.ts'

/** Times that a request is sent again after a pod had connected and then died: more would spread a request that kills pods. */
const mostDeaths = 3

/** A pod that went away without refusing must not hold requests for long; its address may also be new. */
const connect = { timeoutMs: 50, attempts: 4, factor: 1.4 }

/**
 * The last stage: takes a place at a pod of the revision and sends the request there, in one go while places are free; else the request is held. A pod that
 * cannot be reached is taken out and the request waits anew: it has not been sent, and the revision's timeout bounds it all.
 */
export function activation(upstreams: UpstreamPool, turns: Turns): Stage<Activated> {
  const begin = (exchange: Exchange<Activated>): void | Promise<void> => {
    const span = exchange.span?.child('throttler_try')
    const place = exchange.context.entry.throttler.tryAcquire()
    if (place === undefined) return hold(exchange, span)
    span?.end()
    send(exchange, place)
  }

  const hold = async (exchange: Exchange<Activated>, span: Span | undefined): Promise<void> => {
    const place = await held(exchange, turns)
    if (place === undefined) span?.fail(exchange.aborted ?? 'refused', 'no place at a pod')
    span?.end()
    if (place !== undefined) send(exchange, place)
  }

  const send = (exchange: Exchange<Activated>, place: Place): void => {
    const { context, span } = exchange
    context.place = place
    if (span !== undefined) {
      context.outer = span
      exchange.span = span.child('activator_proxy')
    }
    const { address } = place
    const host = socketOf(address)
    const { protocol } = context.entry.facts
    const { times } = context
    if (times === undefined) {
      upstreams.send(exchange as Exchange, address, { host, protocol, retry: 'unsent-or-idempotent', connect }, settled)
      return
    }
    times.attempts++
    times.forwardedAt = performance.now()
    const onResponse = (): void => void (times.respondedAt = performance.now())
    upstreams.send(exchange as Exchange, address, { host, protocol, retry: 'unsent-or-idempotent', connect, onResponse }, settled)
  }

  /** The connection to the pod has been given up or is free again: only then may another request have the place. */
  const settled = (outcome: Outcome, ended: Exchange): void | Promise<void> => {
    const exchange = ended as Exchange<Activated>
    const { context } = exchange
    if (context.outer !== undefined) {
      exchange.span?.end()
      exchange.span = context.outer
      context.outer = undefined
    }
    const failed = outcome.kind === 'upstream-failed' && outcome.phase !== 'mid-body' ? outcome : undefined
    // Taken out before its place is given back: who waits would get it.
    if (failed !== undefined && failed.error.code !== 'bad-response') context.entry.backends.suspect(context.place?.address ?? '')
    context.place?.release()
    if (failed === undefined) return undefined
    const { error, phase, retriable } = failed
    if (phase === 'before-head') context.deaths++
    if (!retriable || error.code === 'bad-response' || context.deaths > mostDeaths) {
      badGateway(ended, error)
      return undefined
    }
    return begin(exchange)
  }

  return (exchange) => {
    appendForwardedFor(exchange.request)
    markActivatorHop(exchange.request)
    if (requestTimes.hasSubscribers) {
      exchange.context.times = { heldFrom: 0, heldTo: 0, forwardedAt: 0, respondedAt: 0, attempts: 0 }
      exchange.onEnd(publishTimes)
    }
    return begin(exchange)
  }
}
