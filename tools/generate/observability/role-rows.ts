import { parts, type PartName } from '@knative-ts/api/system'
import type { Row } from './grafana.ts'
import { quantile, rate } from './queries.ts'
import { podsOf } from './role-alerts.ts'

const webhooks = { serving: 'webhook', eventing: 'eventing-webhook' } as const

/** How the roles of a part do that reconcile and admit, and what all processes of it use. */
export function roleRows(part: PartName): readonly Row[] {
  const system = `namespace="${parts[part].namespace}"`
  return [
    {
      title: 'Controllers and webhooks',
      panels: [
        {
          title: 'Passes by outcome',
          unit: 'ops',
          queries: [{ expr: rate('kn_reconcile_count_total', system, 'outcome'), legend: '{{outcome}}' }]
        },
        {
          title: 'Objects that wait',
          unit: 'short',
          queries: [{ expr: `sum by (name) (kn_workqueue_depth{${system}})`, legend: '{{name}}' }]
        },
        {
          title: 'How long a pass takes, p99',
          unit: 's',
          queries: [{ expr: quantile(0.99, 'kn_workqueue_process_duration_seconds', system, 'name'), legend: '{{name}}' }]
        },
        { title: 'Who leads', unit: 'short', queries: [{ expr: `kn_leader{${system}}`, legend: '{{pod}}' }] },
        {
          title: 'Reviews',
          unit: 'ops',
          queries: [
            {
              expr: rate('kn_webhook_handler_duration_seconds_count', podsOf(part, webhooks[part]), 'kn_webhook_resource_kind'),
              legend: '{{kn_webhook_resource_kind}}'
            }
          ]
        },
        {
          title: 'How long a review takes, p99',
          unit: 's',
          queries: [{ expr: quantile(0.99, 'kn_webhook_handler_duration_seconds', podsOf(part, webhooks[part])), legend: 'p99' }]
        }
      ]
    },
    {
      title: 'Processes',
      panels: [
        {
          title: 'Event loop in use',
          unit: 'percentunit',
          queries: [{ expr: `nodejs_eventloop_utilization_ratio{${system}}`, legend: '{{pod}}' }]
        },
        {
          title: 'Event loop delay, p99',
          unit: 's',
          queries: [{ expr: `nodejs_eventloop_delay_p99_seconds{${system}}`, legend: '{{pod}}' }]
        },
        { title: 'Heap', unit: 'bytes', queries: [{ expr: `sum by (pod) (v8js_memory_heap_used_bytes{${system}})`, legend: '{{pod}}' }] }
      ]
    }
  ]
}
