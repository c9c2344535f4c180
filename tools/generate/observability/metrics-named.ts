import type { PartName } from '@knative-ts/api/system'
import { alerts } from './alerts.ts'
import { dashboards } from './dashboards.ts'
import { metricsOf } from './promql.ts'

/** What Prometheus makes by itself. */
const own = ['up']

/** Names of all series that an alert or a dashboard of a part asks for, sorted, once each. */
export function metricsNamed(part: PartName): string[] {
  const panels = JSON.stringify(dashboards(part)).match(/(?<="expr":)"(?:[^"\\]|\\.)*"/g) ?? []
  const expressions = [...alerts[part].map(({ expr }) => expr), ...panels.map((text) => JSON.parse(text) as string)]
  return [...new Set(expressions.flatMap(metricsOf))].filter((name) => !own.includes(name)).toSorted()
}
