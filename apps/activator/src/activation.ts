import { keyText } from '@knative-ts/api'
import { appendForwardedFor, badGateway, markActivatorHop, refuse, type Exchange, type Outcome, type UpstreamPool } from '@knative-ts/proxy'
import type { Place } from '@knative-ts/throttling'
import { epochMs, requestTimes, type RequestTimes } from './request-times.ts'
import type { RevisionEntry } from './revision/revision-entry.ts'

/** Times that a request is sent again after a pod had connected and then died: more would spread a request that kills pods. */
const mostDeaths = 3

/** A pod that went away without refusing must not hold requests for long; its address may also be new. */
const connect = { timeoutMs: 50, attempts: 4, factor: 1.4 }

interface Progress {
  heldFrom: number
  heldTo: number
  place: Place | undefined
  forwardedAt: number
  respondedAt: number
  attempts: number
}

/**
 * Waits for a place at a pod of the revision, and sends the request there. A pod that cannot be reached is taken out and the request waits
 * anew: it has not been sent, and the revision's timeout bounds it all.
 */
export async function activate(exchange: Exchange, entry: RevisionEntry, upstreams: UpstreamPool): Promise<void> {
  const progress: Progress = { heldFrom: 0, heldTo: 0, place: undefined, forwardedAt: 0, respondedAt: 0, attempts: 0 }
  appendForwardedFor(exchange.request)
  markActivatorHop(exchange.request)
  for (let deaths = 0; ;) {
    const place = entry.throttler.tryAcquire() ?? (await hold(exchange, entry, progress))
    if (place === undefined) break
    progress.place = place
    const outcome = await forwardTo(exchange, place.address, entry, upstreams, progress)
    place.release()
    if (outcome.kind !== 'upstream-failed' || outcome.phase === 'mid-body') break
    if (outcome.error.code !== 'bad-response') entry.backends.suspect(place.address)
    if (outcome.phase === 'before-head') deaths++
    if (outcome.retriable && outcome.error.code !== 'bad-response' && deaths <= mostDeaths) continue
    badGateway(exchange, outcome.error)
    break
  }
  if (requestTimes.hasSubscribers) requestTimes.publish(timesOf(exchange, entry, progress))
}

/** A place when there is one; undefined when the exchange is over: refused, left, or out of time. */
async function hold(exchange: Exchange, entry: RevisionEntry, progress: Progress): Promise<Place | undefined> {
  if (progress.heldFrom === 0) progress.heldFrom = performance.now()
  entry.held.add(exchange)
  const place = await entry.throttler.acquire(exchange.signal)
  entry.held.delete(exchange)
  progress.heldTo = performance.now()
  if (place === 'cancelled') return undefined
  if (place !== 'queue-full') return place
  refuse(exchange, 503, 'pending request queue full')
  return undefined
}

function forwardTo(
  exchange: Exchange,
  address: string,
  { facts }: RevisionEntry,
  upstreams: UpstreamPool,
  progress: Progress
): Promise<Outcome> {
  progress.attempts++
  progress.forwardedAt = performance.now()
  return upstreams.forward(exchange, address, {
    host: address,
    protocol: facts.protocol,
    retry: 'unsent-or-idempotent',
    connect,
    ...(requestTimes.hasSubscribers ? { onResponse: () => void (progress.respondedAt = performance.now()) } : {})
  })
}

function timesOf(exchange: Exchange, entry: RevisionEntry, progress: Progress): RequestTimes {
  const pod = progress.place?.address ?? ''
  const podTimes = entry.backends.timesOf(pod)
  return {
    revision: keyText(entry.key),
    arrivedMs: epochMs(exchange.startedAt),
    heldFromMs: epochMs(progress.heldFrom),
    heldToMs: epochMs(progress.heldTo),
    pod,
    podSeenMs: epochMs(podTimes?.seenAt ?? 0),
    podOpenMs: epochMs(podTimes?.openAt ?? 0),
    podReadyMs: epochMs(podTimes?.answeredAt ?? 0),
    forwardedMs: epochMs(progress.forwardedAt),
    respondedMs: epochMs(progress.respondedAt),
    endedMs: epochMs(performance.now()),
    attempts: progress.attempts,
    status: exchange.response.status
  }
}
