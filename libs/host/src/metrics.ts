import type { Metrics } from '@knative-ts/telemetry/metrics'

/**
 * The metrics of a role, made when somebody first asks for them: OpenTelemetry costs about 100 ms and some MB, and a start or a laptop
 * that nobody scrapes should not pay for it. What happened before is not counted.
 */
export interface LazyMetrics {
  /** Makes the metrics at the first call; the same ones after it. */
  load(): Promise<Metrics>
  /** Runs `instrument` when the metrics are made. */
  onLoad(instrument: (metrics: Metrics) => void): void
}

export function lazyMetrics(role: string): LazyMetrics {
  const instruments: ((metrics: Metrics) => void)[] = []
  let made: Promise<Metrics> | undefined
  let loaded: Metrics | undefined
  const make = async (): Promise<Metrics> => {
    const { createRoleMetrics } = await import('@knative-ts/telemetry/role-metrics')
    loaded = createRoleMetrics(role)
    for (const instrument of instruments) instrument(loaded)
    return loaded
  }
  return {
    load: () => (made ??= make()),
    onLoad: (instrument) => {
      instruments.push(instrument)
      if (loaded !== undefined) instrument(loaded)
    }
  }
}
