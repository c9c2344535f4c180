/** Buckets of durations in seconds (reference 5.6, and OpenTelemetry's semantic conventions for HTTP). */
export const durationBounds: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]

/** Buckets of sizes in bytes, as Go's otelhttp has them. */
export const sizeBounds: readonly number[] = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000]
