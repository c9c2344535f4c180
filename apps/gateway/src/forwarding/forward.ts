import { badGateway, type Exchange, type ForwardOptions, type Outcome, refuse, type Stage, type UpstreamPool } from '@knative-ts/proxy'
import type { Upstream } from '../routing/backend.ts'
import type { Backends } from '../routing/backends.ts'
import type { Split } from '../routing/split.ts'
import type { Passage } from './passage.ts'
import type { UpstreamPicker } from './upstream-picker.ts'
import { Seat, type WaitingRoom } from './waiting-room.ts'

type UpstreamFailure = Extract<Outcome, { kind: 'upstream-failed' }>

export interface Forwarder {
  readonly backends: Backends
  readonly upstreams: UpstreamPool
  readonly picker: UpstreamPicker
  /** What may wait at once. */
  readonly waiting: WaitingRoom
  /** Milliseconds that a request waits for a backend that refuses or is not there: longer than a role takes to restart. */
  readonly patienceMs: number
}

/** Times that a request is sent again after a backend had connected and then died: more would spread a request that kills backends. */
const mostDeaths = 3

/** Milliseconds between rounds over a backend that refuses: at first, and at most. */
const pause = { firstMs: 10, mostMs: 250 }

/**
 * The stage that sends a request to one of its backend's addresses: without a promise when the first one takes it. One that refuses is replaced
 * by another; when all do, the request is held and tried again, because not a byte of it was sent. What was sent is sent again only when that is safe.
 */
export function forward(forwarder: Forwarder): Stage<Passage> {
  const { upstreams, picker } = forwarder

  const settled = (outcome: Outcome, exchange: Exchange): void | Promise<void> => {
    const { split, upstream } = exchange.context as Passage
    if (split === undefined || upstream === undefined) return undefined
    upstream.inFlight--
    if (outcome.kind !== 'upstream-failed' || outcome.phase === 'mid-body') return undefined
    if (outcome.retriable) return patiently(exchange, split, forwarder, { outcome, upstream })
    badGateway(exchange, outcome.error)
    return undefined
  }

  return (exchange) => {
    const { context, request } = exchange
    const { split } = context
    if (split === undefined) throw new Error('forward: the request has not been matched')
    const upstream = picker.pick(split.backend.upstreams)
    if (upstream === undefined) return patiently(exchange as Exchange, split, forwarder, undefined)
    context.upstream = upstream
    upstream.inFlight++
    upstreams.send(exchange as Exchange, upstream.address, split.forwarding(split.backend.h2c, request.upgrade), settled)
  }
}

/** The first attempt, which failed in a way that leaves the request whole. */
interface FirstFailure {
  readonly outcome: UpstreamFailure
  readonly upstream: Upstream
}

/** Tries the other addresses, and all of them again, until one takes the request or the patience is over; then it is answered here. */
async function patiently(exchange: Exchange, split: Split, forwarder: Forwarder, first: FirstFailure | undefined): Promise<void> {
  const { backends, picker, patienceMs, waiting } = forwarder
  const until = performance.now() + patienceMs
  const tried = new Set<Upstream>()
  // Kept in the table while somebody waits for it, whatever becomes of the route.
  const backend = backends.use(split.backend.key)
  const seat = new Seat(exchange)
  try {
    let failure = first?.outcome
    let deaths = failure?.phase === 'before-head' ? 1 : 0
    if (first !== undefined) tried.add(first.upstream)
    for (let waitMs = pause.firstMs; ;) {
      const upstream = picker.pick(backend.upstreams, tried)
      if (upstream !== undefined) {
        failure = await attempt(exchange, upstream, split.forwarding(backend.h2c, exchange.request.upgrade), forwarder)
        if (failure === undefined) return
        if (failure.phase === 'before-head' && ++deaths > mostDeaths) {
          badGateway(exchange, failure.error)
          return
        }
        tried.add(upstream)
        continue
      }
      if (exchange.aborted !== undefined) return
      if (performance.now() >= until) {
        if (failure === undefined) refuse(exchange, 503, `no address is ready behind ${backend.key}`)
        else badGateway(exchange, failure.error)
        return
      }
      if (!seat.take(waiting.accountOf(backend))) return
      tried.clear()
      if (!(await seat.wait(backend.change(waitMs)))) return
      waitMs = Math.min(waitMs * 2, pause.mostMs)
    }
  } finally {
    seat.leave()
    backends.release(backend)
  }
}

/** Undefined when the exchange is over, answered or abandoned; otherwise a failure after which another address may be tried. */
async function attempt(
  exchange: Exchange,
  upstream: Upstream,
  options: ForwardOptions,
  { upstreams }: Forwarder
): Promise<UpstreamFailure | undefined> {
  upstream.inFlight++
  const outcome = await upstreams.forward(exchange, upstream.address, options)
  upstream.inFlight--
  if (outcome.kind !== 'upstream-failed' || outcome.phase === 'mid-body') return undefined
  if (outcome.retriable) return outcome
  badGateway(exchange, outcome.error)
  return undefined
}
