/** Units of UCUM as Prometheus spells them at the end of a name; annotations such as `{pod}` add nothing. */
const suffixes: Readonly<Record<string, string>> = { s: 'seconds', ms: 'milliseconds', By: 'bytes', '1': 'ratio', '%': 'percent' }

/**
 * The name under which an instrument is exposed, as upstream's exporter (OpenTelemetry for Go) makes it, but for `_total`, which the
 * serializer adds to counters: `kn.workqueue.queue.duration` in `s` is `kn_workqueue_queue_duration_seconds`.
 */
export function prometheusName(name: string, unit: string, isGauge: boolean): string {
  const flat = name.replace(/[^a-zA-Z0-9_]+/g, '_')
  // A ratio is one only where it is a gauge: a count of nothing in particular has the unit 1 as well.
  const suffix = unit === '1' && !isGauge ? undefined : suffixes[unit]
  return suffix === undefined || flat.endsWith(`_${suffix}`) ? flat : `${flat}_${suffix}`
}
