/** Attributes of a series, by OpenTelemetry's names. */
export type Labels = Readonly<Record<string, string | number | boolean>>

/** What a metric is called and measured in (UCUM). */
export interface MetricShape {
  /** OpenTelemetry's name: `http.server.request.duration`. */
  readonly name: string
  readonly unit: string
  readonly description: string
}

/** The values of one set of attributes. */
export interface HistogramPoint {
  readonly labels: Labels
  /** One more than there are bounds: the last one is what lies above. */
  readonly counts: readonly number[]
  readonly sum: number
  readonly count: number
}

/** What a process measured by hand, as it is now: cumulative since its start. */
export type MeasuredMetric =
  | {
      readonly kind: 'histogram'
      readonly shape: MetricShape
      readonly bounds: readonly number[]
      readonly points: Iterable<HistogramPoint>
    }
  | {
      readonly kind: 'gauge' | 'counter'
      readonly shape: MetricShape
      readonly points: readonly { readonly labels: Labels; readonly value: number }[]
    }
