/** The alert rules of a part. */
import { parts, type PartName } from '@knative-ts/api/system'
import { runbookUrl, type Alert } from './alert.ts'
import { eventingAlerts } from './eventing-alerts.ts'
import { roleAlerts } from './role-alerts.ts'
import { servingAlerts } from './serving-alerts.ts'

export const alerts: Readonly<Record<PartName, readonly Alert[]>> = {
  serving: [...roleAlerts('serving'), ...servingAlerts],
  eventing: [...roleAlerts('eventing'), ...eventingAlerts]
}

/** The rules as Prometheus reads them (`groups`), which is also `spec` of a PrometheusRule. */
export const ruleGroups = (part: PartName) => ({
  groups: [
    {
      name: parts[part].namespace,
      rules: alerts[part].map((alert) => ({
        alert: alert.name,
        expr: alert.expr,
        for: alert.for,
        labels: { severity: alert.severity },
        annotations: { summary: alert.summary, runbook_url: runbookUrl(alert.name) }
      }))
    }
  ]
})
