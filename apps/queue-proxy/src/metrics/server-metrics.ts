import { type Exchange, isKubeletProbe, networkProbe, type Stage } from '@knative-ts/proxy'
import { durationBounds } from './duration-bounds.ts'
import { Histogram, labelsOf } from './histogram.ts'

/** As Go's otelhttp has them. */
const bytes = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000] as const
/** Others are counted as `_OTHER`: the method is the client's word. */
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH', 'QUERY'])

/** `http.server.request.duration`, `.request.body.size` and `.response.body.size` of all requests but probes (reference 5.2). */
export class ServerMetrics {
  readonly #common: string
  readonly #others: string
  readonly #durations = new Histogram({
    name: 'http_server_request_duration_seconds',
    help: 'Duration of HTTP server requests.',
    bounds: durationBounds
  })
  readonly #received = new Histogram({
    name: 'http_server_request_body_size_bytes',
    help: 'Size of HTTP server request bodies.',
    bounds: bytes
  })
  readonly #sent = new Histogram({
    name: 'http_server_response_body_size_bytes',
    help: 'Size of HTTP server response bodies.',
    bounds: bytes
  })

  /** @param common labels of all series */
  constructor(common: string) {
    this.#common = common
    this.#others = `${common},http_request_method="_OTHER"`
  }

  readonly stage: Stage = (exchange, next) => {
    const { headers } = exchange.request
    if (!isKubeletProbe(headers) && networkProbe(headers) === undefined) exchange.onEnd(this.#ended)
    return next(exchange)
  }

  readonly #ended = ({ request, response, startedAt }: Exchange): void => {
    const labels = labelsOf({
      http_request_method: methods.has(request.method) ? request.method : '_OTHER',
      http_response_status_code: response.status === 0 ? 502 : response.status,
      network_protocol_name: 'http',
      network_protocol_version: request.version,
      url_scheme: request.secure ? 'https' : 'http'
    })
    const series = `${this.#common},${labels}`
    this.#durations.record(series, (performance.now() - startedAt) / 1000, this.#others)
    // A body whose length was not announced is not measured: nobody counts it on its way.
    if (request.body.length >= 0) this.#received.record(series, request.body.length, this.#others)
    this.#sent.record(series, response.bytes, this.#others)
  }

  /** Lines of the text exposition format. */
  expose(): string[] {
    return [...this.#durations.expose(), ...this.#received.expose(), ...this.#sent.expose()]
  }
}
