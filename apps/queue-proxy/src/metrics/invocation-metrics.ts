import { routeTag, type Stage } from '@knative-ts/proxy'
import type { RevisionFacts } from '../environment.ts'

/** Seconds (reference 5.6). */
const buckets = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] as const
/** Tags come from a header: beyond this many series new ones are counted under the tag `kn:other`. */
const mostSeries = 200

interface Series {
  readonly labels: string
  readonly counts: number[]
  sum: number
  count: number
}

/** `kn.serving.invocation.duration` and `kn.serving.queue.depth` by hand, as Prometheus text: no metrics library in every pod. */
export class InvocationMetrics {
  readonly #common: string
  readonly #queueDepth: () => number
  readonly #series = new Map<string, Series>()

  constructor(revision: RevisionFacts, queueDepth: () => number) {
    const labels = {
      kn_service_name: revision.service,
      kn_configuration_name: revision.configuration,
      kn_revision_name: revision.name,
      k8s_namespace_name: revision.namespace,
      k8s_pod_name: revision.podName
    }
    this.#common = Object.entries(labels)
      .map(([name, value]) => `${name}="${escape(value)}"`)
      .join(',')
    this.#queueDepth = queueDepth
  }

  /** Measures from here to the end of the exchange. */
  readonly stage: Stage = (exchange, next) => {
    const tag = routeTag(exchange.request.headers)
    const began = performance.now()
    exchange.onEnd(({ response }) => this.record(response.status, tag, (performance.now() - began) / 1000))
    return next(exchange)
  }

  record(status: number, tag: string, seconds: number): void {
    const series = this.#seriesOf(status, tag)
    const bucket = buckets.findIndex((bound) => seconds <= bound)
    const index = bucket < 0 ? buckets.length : bucket
    series.counts[index] = (series.counts[index] ?? 0) + 1
    series.sum += seconds
    series.count++
  }

  #seriesOf(status: number, tag: string): Series {
    const key = `${status} ${tag}`
    const known = this.#series.get(key)
    if (known !== undefined) return known
    if (this.#series.size >= mostSeries && tag !== 'kn:other') return this.#seriesOf(status, 'kn:other')
    const labels = `${this.#common},http_response_status_code="${status}",kn_route_tag="${escape(tag)}"`
    const made: Series = { labels, counts: Array.from({ length: buckets.length + 1 }, () => 0), sum: 0, count: 0 }
    this.#series.set(key, made)
    return made
  }

  /** Text exposition format 0.0.4. */
  expose(): string {
    const name = 'kn_serving_invocation_duration_seconds'
    const lines = [
      '# HELP kn_serving_queue_depth Requests that run in or wait for the user container',
      '# TYPE kn_serving_queue_depth gauge',
      `kn_serving_queue_depth{${this.#common}} ${this.#queueDepth()}`,
      `# HELP ${name} The duration of requests to the user container`,
      `# TYPE ${name} histogram`
    ]
    for (const { labels, counts, sum, count } of this.#series.values()) {
      let below = 0
      for (const [index, bound] of buckets.entries()) {
        below += counts[index] ?? 0
        lines.push(`${name}_bucket{${labels},le="${bound}"} ${below}`)
      }
      lines.push(`${name}_bucket{${labels},le="+Inf"} ${count}`, `${name}_sum{${labels}} ${sum}`, `${name}_count{${labels}} ${count}`)
    }
    return `${lines.join('\n')}\n`
  }
}

function escape(value: string): string {
  return value.replace(/[\\"\n]/g, (char) => (char === '\n' ? String.raw`\n` : `\\${char}`))
}
