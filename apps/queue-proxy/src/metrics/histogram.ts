interface Series {
  readonly counts: number[]
  sum: number
  count: number
}

export interface HistogramShape {
  /** Prometheus name, unit included. */
  readonly name: string
  readonly help: string
  /** Upper bounds, ascending. */
  readonly bounds: readonly number[]
}

/** Beyond this many series new ones go where `record` is told: labels come from requests. */
const mostSeries = 200

/** One histogram by hand: no metrics library in every pod. */
export class Histogram {
  readonly #shape: HistogramShape
  readonly #series = new Map<string, Series>()

  constructor(shape: HistogramShape) {
    this.#shape = shape
  }

  /** Counts `value` under `labels` (`a="1",b="2"`), or under `otherwise` when there are too many labels already. */
  record(labels: string, value: number, otherwise: string): void {
    const series = this.#of(labels) ?? this.#of(otherwise) ?? this.#add(otherwise)
    const { bounds } = this.#shape
    let index = 0
    while (index < bounds.length && value > (bounds[index] as number)) index++
    series.counts[index] = (series.counts[index] as number) + 1
    series.sum += value
    series.count++
  }

  #of(labels: string): Series | undefined {
    return this.#series.get(labels) ?? (this.#series.size < mostSeries ? this.#add(labels) : undefined)
  }

  #add(labels: string): Series {
    const series: Series = { counts: Array.from({ length: this.#shape.bounds.length + 1 }, () => 0), sum: 0, count: 0 }
    this.#series.set(labels, series)
    return series
  }

  /** Lines of the text exposition format 0.0.4. */
  expose(): string[] {
    const { name, help, bounds } = this.#shape
    const lines = [`# HELP ${name} ${help}`, `# TYPE ${name} histogram`]
    for (const [labels, { counts, sum, count }] of this.#series) {
      let below = 0
      for (const [index, bound] of bounds.entries()) {
        below += counts[index] ?? 0
        lines.push(`${name}_bucket{${labels},le="${bound}"} ${below}`)
      }
      lines.push(`${name}_bucket{${labels},le="+Inf"} ${count}`, `${name}_sum{${labels}} ${sum}`, `${name}_count{${labels}} ${count}`)
    }
    return lines
  }
}

/** `a="1",b="2"`, values escaped. */
export function labelsOf(labels: Readonly<Record<string, string | number>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${String(value).replace(/[\\"\n]/g, (char) => (char === '\n' ? String.raw`\n` : `\\${char}`))}"`)
    .join(',')
}
