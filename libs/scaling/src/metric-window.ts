/** An average of readings over a sliding time window with one-second buckets. Times are milliseconds since the epoch. */
export interface MetricWindow {
  /** Adds a reading to its second. Readings older than the window are dropped. */
  record(nowMs: number, value: number): void
  /** The average as seen at `nowMs`; 0 when nothing is inside the window. */
  average(nowMs: number): number
  /** True when nothing was written for longer than the window. */
  isEmpty(nowMs: number): boolean
  /** Changes the window's length, keeping the newest readings. */
  resize(seconds: number): void
}

/** How a window averages (annotation `metric-aggregation-algorithm`). */
export type Aggregation = 'linear' | 'weighted-exponential'
