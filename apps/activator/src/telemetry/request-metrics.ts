import { type Exchange, served, type Stage } from '@knative-ts/proxy'
import type { Labels, MeasuredMetric } from '@knative-ts/telemetry/requests/metric'
import { ServerRequests } from '@knative-ts/telemetry/requests/server-requests'
import type { Activated } from '../activated.ts'

/** What upstream's reverse proxy counts for a client that has left. */
const statusOfLeft = 502
/** Combinations of revision, status and method that are told apart. */
const mostSeries = 2_000
const noLabels = (): Labels => ({})

/** `http.server.*` by revision. Counted always: it costs little, and a counter that begins with the first scrape would lie. */
export class RequestMetrics {
  readonly #requests = new ServerRequests({}, mostSeries)

  /** Behind the answers to probes: all that comes here is a request. */
  readonly stage: Stage<Activated> = (exchange, next) => {
    exchange.onEnd(this.#ended)
    return next(exchange)
  }

  /** What has been counted so far. */
  get measured(): readonly MeasuredMetric[] {
    return this.#requests.measured
  }

  readonly #ended = (exchange: Exchange<Activated>): void => {
    // Without one the revision was not found.
    const entry = exchange.context.entry as Activated['entry'] | undefined
    const key = entry === undefined ? '' : `${entry.key.namespace}/${entry.key.name}`
    this.#requests.record(served(exchange as Exchange, statusOfLeft), key, entry === undefined ? noLabels : () => entry.labels)
  }
}
