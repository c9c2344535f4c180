/** What can be wrong with roles of either part. */
import { parts, type AnyRole, type PartName } from '@knative-ts/api/system'
import type { Alert } from './alert.ts'

/** Matchers of a role's pods. */
export const podsOf = (part: PartName, role: AnyRole): string => `namespace="${parts[part].namespace}",pod=~"${role}-.+"`

const controllers = { serving: 'controller', eventing: 'eventing-controller' } as const
const webhooks = { serving: 'webhook', eventing: 'eventing-webhook' } as const
const titles = { serving: 'Serving', eventing: 'Eventing' } as const
const changes = { serving: 'Services', eventing: 'Brokers, Triggers and channels' } as const

/** Under the same names for both parts, but for the first: which one it is, labels say. */
export function roleAlerts(part: PartName): readonly Alert[] {
  const system = `namespace="${parts[part].namespace}"`
  const role = (name: AnyRole): string => podsOf(part, name)
  const controller = controllers[part]
  const webhook = webhooks[part]
  const title = titles[part]
  return [
    {
      name: `Knative${title}TargetDown`,
      expr: `up{${system}} == 0`,
      for: '5m',
      severity: 'warning',
      summary: 'Prometheus does not reach {{ $labels.pod }}'
    },
    {
      name: 'KnativeControllerNoLeader',
      expr: `sum(kn_leader{${role(controller)}}) < 1 or absent(kn_leader{${role(controller)}})`,
      for: '2m',
      severity: 'critical',
      summary: `No replica of the controller leads: changes of ${changes[part]} have no effect`
    },
    {
      name: 'KnativeReconcileFailing',
      expr: `sum by (name) (rate(kn_reconcile_count_total{${system},outcome="failed"}[5m])) / sum by (name) (rate(kn_reconcile_count_total{${system}}[5m])) > 0.2`,
      for: '10m',
      severity: 'warning',
      summary: 'More than a fifth of the passes of {{ $labels.name }} fail'
    },
    {
      name: 'KnativeWorkQueueStuck',
      expr: `max by (pod, name) (kn_workqueue_longest_running_processor_seconds{${system}}) > 120`,
      for: '1m',
      severity: 'critical',
      summary: 'One pass of {{ $labels.name }} in {{ $labels.pod }} has run for more than two minutes'
    },
    {
      name: 'KnativeWorkQueueDeep',
      expr: `sum by (pod, name) (kn_workqueue_depth{${system}}) > 500`,
      for: '10m',
      severity: 'warning',
      summary: '{{ $value }} objects wait for {{ $labels.name }} in {{ $labels.pod }}'
    },
    {
      name: 'KnativeWebhookFailing',
      expr: `sum(rate(http_server_request_duration_seconds_count{${role(webhook)},http_response_status_code=~"5.."}[5m])) / sum(rate(http_server_request_duration_seconds_count{${role(webhook)}}[5m])) > 0.05`,
      for: '5m',
      severity: 'critical',
      summary: `The webhook fails reviews: writes of ${title}’s kinds are refused`
    },
    {
      name: 'KnativeWebhookSlow',
      // The API server gives up after ten seconds (timeoutSeconds of the configurations).
      expr: `histogram_quantile(0.99, sum by (le) (rate(kn_webhook_handler_duration_seconds_bucket{${role(webhook)}}[5m]))) > 2`,
      for: '10m',
      severity: 'warning',
      summary: 'One review in a hundred takes longer than two seconds'
    },
    {
      name: 'KnativeWebhookCertificateEnding',
      // Renewed ten days before its end; three days are left to find out why it was not.
      expr: `min(kn_webhook_certificate_expiry_seconds{${role(webhook)}}) - time() < 3 * 86400`,
      for: '1h',
      severity: 'critical',
      summary: 'The webhook’s certificate ends in less than three days and was not renewed'
    },
    {
      name: 'KnativeEventLoopBusy',
      expr: `max by (pod) (nodejs_eventloop_utilization_ratio{${system}}) > 0.9`,
      for: '10m',
      severity: 'warning',
      summary: '{{ $labels.pod }} has no time left: one core is all that it can use'
    },
    {
      name: 'KnativeHeapNearLimit',
      expr: `sum by (pod) (v8js_memory_heap_used_bytes{${system}}) / max by (pod) (v8js_memory_heap_max_bytes{${system}}) > 0.85`,
      for: '10m',
      severity: 'warning',
      summary: '{{ $labels.pod }} uses {{ $value | humanizePercentage }} of its heap: it will end when there is none left'
    }
  ]
}
