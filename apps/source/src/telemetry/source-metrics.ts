import type { KubeObject } from '@knative-ts/api'
import { durationBounds } from '@knative-ts/telemetry/duration-bounds'
import { Histogram } from '@knative-ts/telemetry/requests/histogram'
import type { MeasuredMetric } from '@knative-ts/telemetry/requests/metric'

/** Combinations of source, event type and status that are told apart. */
const mostSeries = 2_000

/** How sending goes, under upstream's name (reference 3.11). */
export class SourceMetrics {
  readonly #group: string
  readonly #dispatch = new Histogram(
    { name: 'kn.eventing.dispatch.duration', unit: 's', description: 'The duration to dispatch the event' },
    durationBounds,
    { 'messaging.system': 'knative' },
    mostSeries
  )

  /** `group`: plural and group of the kind of source, `pingsources.sources.knative.dev`. */
  constructor(group: string) {
    this.#group = group
  }

  /** An event of a source was sent, or given up, after all attempts; without a status there was no answer. */
  sent({ metadata }: KubeObject, type: string, url: string, status: number | undefined, seconds: number): void {
    const { namespace = '', name = '' } = metadata
    this.#dispatch
      .series(`${namespace}/${name} ${status} ${type} ${url}`, () => ({
        'messaging.operation.name': 'send',
        'messaging.destination.name': url,
        'kn.source.name': name,
        'kn.source.namespace': namespace,
        'kn.source.resourcegroup': this.#group,
        'cloudevents.type': type,
        'url.scheme': url.startsWith('https:') ? 'https' : 'http',
        ...(status === undefined ? { 'error.type': 'no_answer' } : { 'http.response.status_code': status })
      }))
      .record(seconds)
  }

  get measured(): readonly MeasuredMetric[] {
    return [this.#dispatch.measured]
  }
}
