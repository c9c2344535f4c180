/** Buckets of sizes in bytes, as Go's otelhttp has them. */
export const sizeBounds: readonly number[] = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000]
