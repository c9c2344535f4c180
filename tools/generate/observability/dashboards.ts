/** What Grafana imports, by part and file name. */
import type { PartName } from '@knative-ts/api/system'
import { eventingDashboards } from './eventing-dashboards.ts'
import { dashboardOf } from './grafana.ts'
import { servingDashboards } from './serving-dashboards.ts'

const all = { serving: servingDashboards, eventing: eventingDashboards }

export const dashboards = (part: PartName): Readonly<Record<string, object>> =>
  Object.fromEntries(Object.entries(all[part]).map(([name, dashboard]) => [name, dashboardOf(dashboard)]))
