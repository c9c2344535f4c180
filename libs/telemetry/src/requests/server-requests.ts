import { durationBounds } from '../metrics/duration-bounds.ts'
import { sizeBounds } from './size-bounds.ts'
import { Histogram, type Series } from './histogram.ts'
import type { Labels, MeasuredMetric } from './metric.ts'

/** Others are counted as `_OTHER`: the method is the client's word. */
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH', 'QUERY'])

/** One request that is over. */
export interface ServedRequest {
  readonly method: string
  readonly status: number
  /** `1.1`, `2` */
  readonly version: string
  readonly secure: boolean
  readonly seconds: number
  /** Bytes of bodies; below 0 when nobody counted them. */
  readonly received: number
  readonly sent: number
}

/** `http.server.request.duration`, `.request.body.size` and `.response.body.size`, by OpenTelemetry's semantic conventions. */
export class ServerRequests {
  readonly #durations: Histogram
  readonly #received: Histogram
  readonly #sent: Histogram
  /** The three of one key, so that a request costs one look. */
  readonly #series = new Map<string, readonly [Series, Series, Series]>()

  /** @param common labels of all series; beyond `most` combinations of labels new ones are counted under one */
  constructor(common: Labels = {}, most?: number) {
    const shape = (name: string, unit: string, description: string) => ({ name: `http.server.${name}`, unit, description })
    this.#durations = new Histogram(shape('request.duration', 's', 'Duration of HTTP server requests.'), durationBounds, common, most)
    this.#received = new Histogram(shape('request.body.size', 'By', 'Size of HTTP server request bodies.'), sizeBounds, common, most)
    this.#sent = new Histogram(shape('response.body.size', 'By', 'Size of HTTP server response bodies.'), sizeBounds, common, most)
  }

  /** Counts a request. `key` stands for the labels that `labels` adds. */
  record(request: ServedRequest, key: string, labels: () => Labels): void {
    const [durations, received, sent] = this.#seriesOf(request, key, labels)
    durations.record(request.seconds)
    if (request.received >= 0) received.record(request.received)
    sent.record(request.sent)
  }

  /** What has been counted so far. */
  get measured(): readonly MeasuredMetric[] {
    return [this.#durations.measured, this.#received.measured, this.#sent.measured]
  }

  #seriesOf({ method, status, version, secure }: ServedRequest, added: string, labels: () => Labels): readonly [Series, Series, Series] {
    const known = methods.has(method) ? method : '_OTHER'
    const key = `${known} ${status} ${version} ${secure ? 's' : ''} ${added}`
    const found = this.#series.get(key)
    if (found !== undefined) return found
    const all = (): Labels => ({
      'http.request.method': known,
      'http.response.status_code': status,
      'network.protocol.name': 'http',
      'network.protocol.version': version,
      'url.scheme': secure ? 'https' : 'http',
      ...labels()
    })
    const series = [this.#durations.series(key, all), this.#received.series(key, all), this.#sent.series(key, all)] as const
    // Those that share one series are not kept: their number has no bound.
    if (!('otel.metric.overflow' in series[0].labels)) this.#series.set(key, series)
    return series
  }
}
