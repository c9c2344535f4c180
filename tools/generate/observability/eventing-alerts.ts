/** What can be wrong with events. Sources of thresholds are said where they are not obvious. */
import type { Alert } from './alert.ts'
import { podsOf } from './role-alerts.ts'

const log = podsOf('eventing', 'event-log')
const dispatch = 'kn_eventing_dispatch_duration_seconds'
/** Who a delivery is for: a Trigger, or a Subscription; the others of these labels are empty. */
const receiver = 'kn_trigger_namespace, kn_trigger_name, kn_subscription_namespace, kn_subscription_name'
const ofReceiver =
  '{{ with $labels.kn_trigger_name }}Trigger {{ $labels.kn_trigger_namespace }}/{{ . }}{{ end }}{{ with $labels.kn_subscription_name }}Subscription {{ $labels.kn_subscription_namespace }}/{{ . }}{{ end }}'
const source = 'kn_source_resourcegroup, kn_source_namespace, kn_source_name'
/** Doors of Brokers and channels, not attempts at subscribers. */
const doors = `${log},kn_eventing_hop=""`
/** Adapters run where their sources are, too. */
const sent = 'kn_source_name!=""'

export const eventingAlerts: readonly Alert[] = [
  {
    name: 'KnativeEventLogAbsent',
    expr: `absent(nodejs_eventloop_utilization_ratio{${log}})`,
    for: '2m',
    severity: 'critical',
    summary: 'No event log is there: no event is taken, none is delivered'
  },
  {
    // The role's own watchdog has waited for half a minute by then.
    name: 'KnativeEventsNotMoving',
    expr: `max by (pod) (kn_eventing_stuck{${log}}) > 0`,
    for: '1m',
    severity: 'critical',
    summary: 'Events for {{ $value }} subscriptions are due and do not move in {{ $labels.pod }}: its readiness says which'
  },
  {
    name: 'KnativeEventsWaiting',
    expr: `sum by (k8s_namespace_name, kn_subscription_kind, kn_subscription_name) (kn_eventing_subscription_backlog{${log}}) > 1000`,
    for: '15m',
    severity: 'warning',
    summary:
      '{{ $value }} events wait for {{ $labels.kn_subscription_kind }} {{ $labels.k8s_namespace_name }}/{{ $labels.kn_subscription_name }}, which is slower than they come'
  },
  {
    name: 'KnativeDeadLetters',
    expr: `sum by (${receiver}) (rate(kn_eventing_events_total{${log},kn_eventing_outcome="dead-lettered"}[5m])) / sum by (${receiver}) (rate(kn_eventing_events_total{${log}}[5m])) > 0.05`,
    for: '10m',
    severity: 'warning',
    summary: `More than one event in twenty of ${ofReceiver} ends as a dead letter`
  },
  {
    name: 'KnativeEventsDropped',
    expr: `sum by (${receiver}) (increase(kn_eventing_events_total{${log},kn_eventing_outcome="dropped"}[10m])) > 0`,
    for: '1m',
    severity: 'critical',
    summary: `Events for ${ofReceiver} are dropped: they cannot be delivered, and there is no dead letter sink`
  },
  {
    name: 'KnativeEventsRefused',
    expr: `sum(rate(${dispatch}_count{${doors},http_response_status_code=~"5.."}[5m])) / sum(rate(${dispatch}_count{${doors}}[5m])) > 0.05`,
    for: '5m',
    severity: 'critical',
    summary: 'More than one event in twenty is refused with 500 or above at the doors of Brokers and channels'
  },
  {
    name: 'KnativeEventStorageTrouble',
    expr: `max by (pod) (kn_eventing_storage_trouble{${log}}) > 0`,
    for: '1m',
    severity: 'critical',
    summary: '{{ $labels.pod }} takes no events, because it cannot keep them: its disk is full or fails'
  },
  {
    name: 'KnativeEventStorageFilling',
    expr: `min by (pod) (kn_eventing_storage_free_bytes{${log}} / kn_eventing_storage_size_bytes{${log}}) < 0.15`,
    for: '10m',
    severity: 'warning',
    summary: 'Of the volume of {{ $labels.pod }} {{ $value | humanizePercentage }} are free: when none is, no event is taken'
  },
  {
    name: 'KnativeEventsTakenSlowly',
    expr: `histogram_quantile(0.99, sum by (le) (rate(${dispatch}_bucket{${doors}}[5m]))) > 0.5`,
    for: '10m',
    severity: 'warning',
    summary: 'One event in a hundred takes longer than half a second to be taken: the disk is slow, or the role is busy'
  },
  {
    name: 'KnativeSubscriberSlow',
    expr: `histogram_quantile(0.99, sum by (le, ${receiver}) (rate(${dispatch}_bucket{${log},kn_eventing_hop="subscriber"}[5m]))) > 5`,
    for: '10m',
    severity: 'warning',
    summary: `The subscriber of ${ofReceiver} takes longer than five seconds for one event in a hundred`
  },
  {
    name: 'KnativeDataPlaneNotFollowing',
    expr: `count(nodejs_eventloop_utilization_ratio{namespace="knative-eventing",pod=~"(event-log|job-sink)-.+"}) - sum(kn_eventing_followers{${podsOf('eventing', 'eventing-controller')}}) > 0`,
    for: '5m',
    severity: 'critical',
    summary: '{{ $value }} pods of the data plane are not told what to deliver where: new Triggers do not become ready'
  },
  {
    name: 'KnativeSourceNotDelivering',
    expr: `sum by (${source}) (rate(${dispatch}_count{${sent},http_response_status_code!~"2.."}[5m])) / sum by (${source}) (rate(${dispatch}_count{${sent}}[5m])) > 0.5`,
    for: '10m',
    severity: 'warning',
    summary:
      'Most events of {{ $labels.kn_source_resourcegroup }} {{ $labels.kn_source_namespace }}/{{ $labels.kn_source_name }} are not taken by its sink'
  }
]
