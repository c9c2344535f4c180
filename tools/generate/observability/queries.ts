/** PromQL that panels ask. */

export const quantile = (q: number, metric: string, labels: string, by = ''): string =>
  `histogram_quantile(${q}, sum by (le${by === '' ? '' : `, ${by}`}) (rate(${metric}_bucket{${labels}}[$__rate_interval])))`

export const rate = (metric: string, labels: string, by: string): string => `sum by (${by}) (rate(${metric}{${labels}}[$__rate_interval]))`
