import type { HistogramPoint, Labels, MeasuredMetric, MetricShape } from './metric.ts'

/** Beyond this many series new ones share one: labels come from requests. */
const mostSeries = 200
const overflowKey = '\0overflow'
/** OpenTelemetry's attribute for that. */
const overflow = { 'otel.metric.overflow': true }

/** Values of one set of labels. Recording allocates nothing. */
export class Series implements HistogramPoint {
  readonly labels: Labels
  readonly counts: number[]
  sum = 0
  count = 0
  readonly #bounds: readonly number[]

  constructor(labels: Labels, bounds: readonly number[]) {
    this.labels = labels
    this.#bounds = bounds
    this.counts = Array.from({ length: bounds.length + 1 }, () => 0)
  }

  record(value: number): void {
    const bounds = this.#bounds
    let index = 0
    while (index < bounds.length && value > (bounds[index] as number)) index++
    this.counts[index] = (this.counts[index] as number) + 1
    this.sum += value
    this.count++
  }
}

/** One histogram by hand: recording costs a tenth of what an SDK's does, and it needs no SDK in every pod. */
export class Histogram {
  readonly #shape: MetricShape
  readonly #bounds: readonly number[]
  readonly #common: Labels
  readonly #most: number
  readonly #series = new Map<string, Series>()

  /** @param bounds upper bounds, ascending; `common` are labels of all series */
  constructor(shape: MetricShape, bounds: readonly number[], common: Labels = {}, most = mostSeries) {
    this.#shape = shape
    this.#bounds = bounds
    this.#common = common
    this.#most = most
  }

  /** The series of `key`, made with `labels` when it is new; one that all share when there are too many. */
  series(key: string, labels: () => Labels): Series {
    const found = this.#series.get(key)
    if (found !== undefined) return found
    if (this.#series.size < this.#most) return this.#add(key, { ...this.#common, ...labels() })
    return this.#series.get(overflowKey) ?? this.#add(overflowKey, { ...this.#common, ...overflow })
  }

  /** What has been recorded so far. */
  get measured(): MeasuredMetric {
    return { kind: 'histogram', shape: this.#shape, bounds: this.#bounds, points: [...this.#series.values()] }
  }

  #add(key: string, labels: Labels): Series {
    const series = new Series(labels, this.#bounds)
    this.#series.set(key, series)
    return series
  }
}
