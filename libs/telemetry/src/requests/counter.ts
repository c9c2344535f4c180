import type { Labels, MeasuredMetric, MetricShape } from './metric.ts'

/** A counter by hand. Its labels are of closed lists: their number is the caller's care. */
export class Counter {
  readonly #shape: MetricShape
  readonly #points = new Map<string, { readonly labels: Labels; value: number }>()

  constructor(shape: MetricShape) {
    this.#shape = shape
  }

  /** Counts one more of `key`, which stands for its labels. */
  add(key: string, labels: () => Labels): void {
    const point = this.#points.get(key)
    if (point === undefined) this.#points.set(key, { labels: labels(), value: 1 })
    else point.value++
  }

  /** What has been counted so far. */
  get measured(): MeasuredMetric {
    return { kind: 'counter', shape: this.#shape, points: [...this.#points.values()] }
  }
}
