import type { Metrics } from '@knative-ts/telemetry/metrics'

/** The metrics of a role, made at the first call and shared after it: OpenTelemetry costs about 100 ms to load. */
export function lazyMetrics(role: string): () => Promise<Metrics> {
  let made: Promise<Metrics> | undefined
  return () => (made ??= import('@knative-ts/telemetry/metrics').then(({ createMetrics }) => createMetrics(role)))
}
