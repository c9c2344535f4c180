import type { Labels, MeasuredMetric } from '@knative-ts/telemetry/requests/metric'

/** A gauge of points that were read a moment ago. */
export function gauge(
  name: string,
  unit: string,
  description: string,
  points: readonly { readonly labels: Labels; readonly value: number }[]
): MeasuredMetric {
  return { kind: 'gauge', shape: { name, unit, description }, points }
}
