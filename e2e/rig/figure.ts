/** One figure of a benchmark: one JSON line on standard output. */
export function figure(bench: string, name: string, value: number, unit: string, more: Readonly<Record<string, unknown>> = {}): void {
  process.stdout.write(`${JSON.stringify({ bench, figure: name, value: Number(value.toPrecision(5)), unit, ...more })}\n`)
}

/** The value below which `share` (0 to 1) of the sorted values lie; NaN of none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}

export const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
