import { type Exchange, isKubeletProbe, networkProbe, routeTag, served, type Stage } from '@knative-ts/proxy'
import { durationBounds } from '@knative-ts/telemetry/duration-bounds'
import { Histogram } from '@knative-ts/telemetry/requests/histogram'
import type { Labels, MeasuredMetric } from '@knative-ts/telemetry/requests/metric'
import { ServerRequests } from '@knative-ts/telemetry/requests/server-requests'
import type { RevisionFacts } from '../environment.ts'

/** Upstream's reverse proxy gives 502 to a client that has left; nothing of it is sent, but it is what is counted. */
const statusOfLeft = 502
const noLabels = (): Labels => ({})

/** `kn.serving.invocation.duration`, `kn.serving.queue.depth` and `http.server.*` of one pod (reference 5.2 and 5.6). */
export class InvocationMetrics {
  readonly #common: Labels
  readonly #queueDepth: () => number
  readonly #durations: Histogram
  readonly #requests: ServerRequests

  constructor(revision: RevisionFacts, queueDepth: () => number) {
    this.#common = {
      'kn.service.name': revision.service,
      'kn.configuration.name': revision.configuration,
      'kn.revision.name': revision.name,
      'k8s.namespace.name': revision.namespace,
      'k8s.pod.name': revision.podName
    }
    this.#queueDepth = queueDepth
    this.#requests = new ServerRequests(this.#common)
    this.#durations = new Histogram(
      { name: 'kn.serving.invocation.duration', unit: 's', description: 'The duration of requests to the user container' },
      durationBounds,
      this.#common
    )
  }

  /** Outermost: counts all requests but probes, waiting included. */
  readonly whole: Stage = (exchange, next) => {
    const { headers } = exchange.request
    if (!isKubeletProbe(headers) && networkProbe(headers) === undefined) exchange.onEnd(this.#ended)
    return next(exchange)
  }

  readonly #ended = (exchange: Exchange): void => this.#requests.record(served(exchange, statusOfLeft), '', noLabels)

  /** Innermost: measures from here to the end of the exchange. */
  readonly invocation: Stage = (exchange, next) => {
    const tag = routeTag(exchange.request.headers)
    const began = performance.now()
    exchange.onEnd(({ response }) => this.record(response.status, tag, (performance.now() - began) / 1000))
    return next(exchange)
  }

  record(status: number, tag: string, seconds: number): void {
    const code = status === 0 ? statusOfLeft : status
    // Tags come from a header: there may be too many.
    this.#durations.series(`${code} ${tag}`, () => ({ 'http.response.status_code': code, 'kn.route.tag': tag })).record(seconds)
  }

  /** What has been measured so far. */
  measured(): MeasuredMetric[] {
    const depth: MeasuredMetric = {
      kind: 'gauge',
      shape: {
        name: 'kn.serving.queue.depth',
        unit: '{item}',
        description: 'Requests that run in or wait for the user container'
      },
      points: [{ labels: this.#common, value: this.#queueDepth() }]
    }
    return [depth, this.#durations.measured, ...this.#requests.measured]
  }
}
