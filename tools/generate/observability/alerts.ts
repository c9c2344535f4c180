/** The alert rules of Serving. Each has a page in docs/runbooks named like it. Sources of thresholds are said where they are not obvious. */

/** One rule. Labels in `{{ }}` are those of the expression's series. */
export interface Alert {
  readonly name: string
  /** PromQL: true while it is as it should not be. */
  readonly expr: string
  /** How long that must last, a duration of Prometheus. */
  readonly for: string
  /** critical: users notice, somebody gets up; warning: during the day. */
  readonly severity: 'critical' | 'warning'
  /** What is wrong, in one line. */
  readonly summary: string
}

/** Where the page of an alert is. */
export const runbookUrl = (name: string): string => `https://github.com/knative-ts/knative-ts/blob/main/docs/runbooks/${name}.md`

const system = 'namespace="knative-serving"'
const role = (name: string): string => `${system},pod=~"${name}-.+"`
const revision = 'k8s_namespace_name, kn_revision_name'
const ofRevision = 'revision {{ $labels.k8s_namespace_name }}/{{ $labels.kn_revision_name }}'

export const alerts: readonly Alert[] = [
  {
    name: 'KnativeServingTargetDown',
    expr: `up{${system}} == 0`,
    for: '5m',
    severity: 'warning',
    summary: 'Prometheus does not reach {{ $labels.pod }}'
  },
  {
    name: 'KnativeControllerNoLeader',
    expr: `sum(kn_leader{${role('controller')}}) < 1 or absent(kn_leader{${role('controller')}})`,
    for: '2m',
    severity: 'critical',
    summary: 'No replica of the controller leads: changes of Services have no effect'
  },
  {
    name: 'KnativeAutoscalerAbsent',
    expr: `absent(nodejs_eventloop_utilization_ratio{${role('autoscaler')}})`,
    for: '2m',
    severity: 'critical',
    summary: 'No autoscaler is there: nothing scales, nothing wakes from zero'
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
    expr: `sum(rate(http_server_request_duration_seconds_count{${role('webhook')},http_response_status_code=~"5.."}[5m])) / sum(rate(http_server_request_duration_seconds_count{${role('webhook')}}[5m])) > 0.05`,
    for: '5m',
    severity: 'critical',
    summary: 'The webhook fails reviews: writes of Serving’s kinds are refused'
  },
  {
    name: 'KnativeWebhookSlow',
    // The API server gives up after ten seconds (timeoutSeconds of the configurations).
    expr: `histogram_quantile(0.99, sum by (le) (rate(kn_webhook_handler_duration_seconds_bucket{${role('webhook')}}[5m]))) > 2`,
    for: '10m',
    severity: 'warning',
    summary: 'One review in a hundred takes longer than two seconds'
  },
  {
    name: 'KnativeWebhookCertificateEnding',
    // Renewed ten days before its end; three days are left to find out why it was not.
    expr: `min(kn_webhook_certificate_expiry_seconds{${role('webhook')}}) - time() < 3 * 86400`,
    for: '1h',
    severity: 'critical',
    summary: 'The webhook’s certificate ends in less than three days and was not renewed'
  },
  {
    name: 'KnativeGatewayNotFollowing',
    expr: `count(nodejs_eventloop_utilization_ratio{${role('gateway')}}) - sum(kn_routing_gateways{${role('controller')}}) > 0`,
    for: '5m',
    severity: 'critical',
    summary: '{{ $value }} gateways get no routes: new Services do not become ready, changes are not served'
  },
  {
    name: 'KnativeGatewayErrors',
    expr: `sum(rate(http_server_request_duration_seconds_count{${role('gateway')},http_response_status_code=~"50[234]"}[5m])) / sum(rate(http_server_request_duration_seconds_count{${role('gateway')}}[5m])) > 0.05`,
    for: '5m',
    severity: 'critical',
    summary: 'More than one request in twenty ends with 502, 503 or 504 at the gateways'
  },
  {
    name: 'KnativeRequestsWaiting',
    expr: `sum by (${revision}) (kn_revision_request_queued{${role('activator')}}) > 0`,
    for: '3m',
    severity: 'warning',
    summary: `Requests of ${ofRevision} have been waiting for a pod for three minutes`
  },
  {
    name: 'KnativeActivatorNotReporting',
    expr: `kn_activator_stats_conn_reachable{${role('activator')}} == 0`,
    for: '1m',
    severity: 'critical',
    summary: '{{ $labels.pod }} reaches no autoscaler: revisions are not woken from zero'
  },
  {
    name: 'KnativeRevisionShortOfPods',
    expr: `max by (${revision}) (kn_revision_pods_desired{${role('autoscaler')}}) - max by (${revision}) (kn_revision_pods_count{${role('autoscaler')}}) > 0`,
    for: '10m',
    severity: 'warning',
    summary: `{{ $value }} pods of ${ofRevision} are wanted and not ready`
  },
  {
    name: 'KnativeRevisionPanicking',
    expr: `max by (${revision}) (kn_revision_panic_mode{${role('autoscaler')}}) > 0`,
    for: '30m',
    severity: 'warning',
    summary: `The autoscaler has not calmed down about ${ofRevision} for half an hour`
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

/** The rules as Prometheus reads them (`groups`), which is also `spec` of a PrometheusRule. */
export const ruleGroups = () => ({
  groups: [
    {
      name: 'knative-serving',
      rules: alerts.map((alert) => ({
        alert: alert.name,
        expr: alert.expr,
        for: alert.for,
        labels: { severity: alert.severity },
        annotations: { summary: alert.summary, runbook_url: runbookUrl(alert.name) }
      }))
    }
  ]
})
