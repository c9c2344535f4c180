/** What can be wrong with Serving beside its roles. Sources of thresholds are said where they are not obvious. */
import type { AnyRole } from '@knative-ts/api/system'
import type { Alert } from './alert.ts'
import { podsOf } from './role-alerts.ts'

const role = (name: AnyRole): string => podsOf('serving', name)
const revision = 'k8s_namespace_name, kn_revision_name'
const ofRevision = 'revision {{ $labels.k8s_namespace_name }}/{{ $labels.kn_revision_name }}'

export const servingAlerts: readonly Alert[] = [
  {
    name: 'KnativeAutoscalerAbsent',
    expr: `absent(nodejs_eventloop_utilization_ratio{${role('autoscaler')}})`,
    for: '2m',
    severity: 'critical',
    summary: 'No autoscaler is there: nothing scales, nothing wakes from zero'
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
  }
]
