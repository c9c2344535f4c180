import { routeTag, type Stage } from '@knative-ts/proxy'
import type { RevisionFacts } from '../environment.ts'
import { durationBounds } from './duration-bounds.ts'
import { Histogram, labelsOf } from './histogram.ts'
import { ServerMetrics } from './server-metrics.ts'

/** Upstream's reverse proxy gives 502 to a client that has left; nothing of it is sent, but it is what is counted. */
const statusOfLeft = 502

/** `kn.serving.invocation.duration`, `kn.serving.queue.depth` and `http.server.*` as Prometheus text. */
export class InvocationMetrics {
  readonly #common: string
  readonly #queueDepth: () => number
  readonly #durations = new Histogram({
    name: 'kn_serving_invocation_duration_seconds',
    help: 'The duration of requests to the user container',
    bounds: durationBounds
  })
  /** Of the whole exchange, waiting included. */
  readonly server: ServerMetrics

  constructor(revision: RevisionFacts, queueDepth: () => number) {
    this.#common = labelsOf({
      kn_service_name: revision.service,
      kn_configuration_name: revision.configuration,
      kn_revision_name: revision.name,
      k8s_namespace_name: revision.namespace,
      k8s_pod_name: revision.podName
    })
    this.#queueDepth = queueDepth
    this.server = new ServerMetrics(this.#common)
  }

  /** Measures from here to the end of the exchange. */
  readonly stage: Stage = (exchange, next) => {
    const tag = routeTag(exchange.request.headers)
    const began = performance.now()
    exchange.onEnd(({ response }) => this.record(response.status, tag, (performance.now() - began) / 1000))
    return next(exchange)
  }

  record(status: number, tag: string, seconds: number): void {
    const code = status === 0 ? statusOfLeft : status
    const labels = (kn_route_tag: string): string => `${this.#common},${labelsOf({ http_response_status_code: code, kn_route_tag })}`
    // Tags come from a header.
    this.#durations.record(labels(tag), seconds, labels('kn:other'))
  }

  /** Text exposition format 0.0.4. */
  expose(): string {
    const lines = [
      '# HELP kn_serving_queue_depth Requests that run in or wait for the user container',
      '# TYPE kn_serving_queue_depth gauge',
      `kn_serving_queue_depth{${this.#common}} ${this.#queueDepth()}`,
      ...this.#durations.expose(),
      ...this.server.expose()
    ]
    return `${lines.join('\n')}\n`
  }
}
