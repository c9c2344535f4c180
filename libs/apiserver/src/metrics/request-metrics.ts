/** What the server counts of its requests, under Kubernetes' names (`apiserver/pkg/endpoints/metrics`). */
import { family, labelText } from './exposition.ts'
import { Histogram } from './histogram.ts'

/** What a request is about; all but `verb` is empty for paths that are no resource's, which are told by `subresource`. */
export interface RequestLabels {
  /** `GET`, `LIST`, `WATCH`, `POST`, `PUT`, `PATCH`, `APPLY`, `DELETE`, `CONNECT`. */
  readonly verb: string
  readonly group: string
  readonly version: string
  readonly resource: string
  readonly subresource: string
  readonly scope: '' | 'cluster' | 'namespace' | 'resource'
  /** '' or `All`. */
  readonly dryRun: string
}

const REQUEST_BOUNDS = [0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60]
const WEBHOOK_BOUNDS = [0.005, 0.025, 0.1, 0.5, 1, 2.5, 10, 25]

/** All requests with the same labels. */
class Series {
  readonly labels: RequestLabels
  readonly codes = new Map<number, number>()
  readonly durations = new Histogram(REQUEST_BOUNDS)
  running = 0

  constructor(labels: RequestLabels) {
    this.labels = labels
  }

  text(withDryRun: boolean): string {
    const { dryRun, group, resource, scope, subresource, verb, version } = this.labels
    const component = resource === '' ? '' : 'apiserver'
    const plain = { group, resource, scope, subresource, verb, version }
    return labelText(withDryRun ? { component, dry_run: dryRun, ...plain } : { component, ...plain })
  }
}

const isLong = ({ verb }: RequestLabels) => verb === 'WATCH' || verb === 'CONNECT'
const isReadOnly = ({ verb }: RequestLabels) => verb === 'GET' || verb === 'LIST'

/** Counters of one server. A request costs one look-up and a handful of additions. */
export class RequestMetrics {
  readonly #series = new Map<string, Series>()
  readonly #webhooks = new Map<string, Histogram>()
  readonly #inFlight = { mutating: 0, readOnly: 0 }

  /** A request has begun; call what is answered with its status when it is over. */
  begin(labels: RequestLabels): (code: number) => void {
    const series = this.#of(labels)
    const begun = performance.now()
    const kind = isLong(labels) ? undefined : isReadOnly(labels) ? 'readOnly' : 'mutating'
    if (kind === undefined) series.running++
    else this.#inFlight[kind]++
    return (code) => {
      if (kind === undefined) series.running--
      else this.#inFlight[kind]--
      series.codes.set(code, (series.codes.get(code) ?? 0) + 1)
      series.durations.observe((performance.now() - begun) / 1000)
    }
  }

  /** A webhook has answered, or failed to. `phase`: `admit` or `validating`. */
  webhookAsked(name: string, phase: 'admit' | 'validating', operation: string, rejected: boolean, seconds: number): void {
    const labels = labelText({ name, operation, rejected: String(rejected), type: phase })
    let histogram = this.#webhooks.get(labels)
    if (histogram === undefined) this.#webhooks.set(labels, (histogram = new Histogram(WEBHOOK_BOUNDS)))
    histogram.observe(seconds)
  }

  #of(labels: RequestLabels): Series {
    const { verb, group, version, resource, subresource, scope, dryRun } = labels
    const key = `${verb} ${group}/${version}/${resource}/${subresource} ${scope} ${dryRun}`
    let series = this.#series.get(key)
    if (series === undefined) this.#series.set(key, (series = new Series(labels)))
    return series
  }

  /** The exposition. */
  text(): string {
    const all = [...this.#series.values()]
    const long = all.filter(({ labels }) => isLong(labels))
    return [
      family(
        'apiserver_admission_webhook_admission_duration_seconds',
        'histogram',
        '[STABLE] Admission webhook latency histogram in seconds, identified by name and broken out for each operation and API resource and type (validate or admit).',
        [...this.#webhooks].flatMap(([labels, histogram]) =>
          histogram.lines('apiserver_admission_webhook_admission_duration_seconds', labels)
        )
      ),
      family(
        'apiserver_current_inflight_requests',
        'gauge',
        '[STABLE] Maximal number of currently used inflight request limit of this apiserver per request kind in last second.',
        Object.entries(this.#inFlight).map(([kind, count]) => `apiserver_current_inflight_requests{request_kind="${kind}"} ${count}`)
      ),
      family(
        'apiserver_longrunning_requests',
        'gauge',
        '[STABLE] Gauge of all active long-running apiserver requests broken out by verb, group, version, resource, scope and component. Not all requests are tracked this way.',
        long.map((series) => `apiserver_longrunning_requests{${series.text(false)}} ${series.running}`)
      ),
      family(
        'apiserver_request_duration_seconds',
        'histogram',
        '[STABLE] Response latency distribution in seconds for each verb, dry run value, group, version, resource, subresource, scope and component.',
        all.flatMap((series) => series.durations.lines('apiserver_request_duration_seconds', series.text(true)))
      ),
      family(
        'apiserver_request_total',
        'counter',
        '[STABLE] Counter of apiserver requests broken out for each verb, dry run value, group, version, resource, scope, component, and HTTP response code.',
        all.flatMap((series) =>
          [...series.codes].map(([code, count]) => `apiserver_request_total{code="${code}",${series.text(true)}} ${count}`)
        )
      )
    ].join('')
  }
}
