/** The Grafana dashboard of Eventing: events from door to subscriber. */
import type { AnyRole } from '@knative-ts/api/system'
import type { Dashboard } from './grafana.ts'
import { quantile, rate } from './queries.ts'
import { podsOf } from './role-alerts.ts'
import { roleRows } from './role-rows.ts'

const role = (name: AnyRole): string => podsOf('eventing', name)
const log = role('event-log')
const dispatch = 'kn_eventing_dispatch_duration_seconds'
const doors = `${log},kn_eventing_hop=""`
const attempts = `${log},kn_eventing_hop="subscriber"`
const quantiles = (metric: string, labels: string) =>
  [0.5, 0.95, 0.99].map((q) => ({ expr: quantile(q, metric, labels), legend: `p${q * 100}` }))
/** Of a Trigger or a Subscription; the other one's labels are empty. */
const receiver = 'kn_trigger_namespace, kn_trigger_name, kn_subscription_namespace, kn_subscription_name'
const receiverLegend = '{{kn_trigger_namespace}} {{kn_trigger_name}} {{kn_subscription_namespace}} {{kn_subscription_name}}'
const lineLegend = '{{kn_subscription_kind}} {{k8s_namespace_name}}/{{kn_subscription_name}}'
const line = 'kn_subscription_kind, k8s_namespace_name, kn_subscription_name'

const events: Dashboard = {
  uid: 'knative-ts-events',
  title: 'Knative Eventing: events',
  rows: [
    {
      title: 'Events that come',
      panels: [
        {
          title: 'By status of the answer',
          unit: 'ops',
          queries: [{ expr: rate(`${dispatch}_count`, doors, 'http_response_status_code'), legend: '{{http_response_status_code}}' }]
        },
        { title: 'How long they take to be taken', unit: 's', queries: quantiles(dispatch, doors) },
        {
          title: 'Sources, by status of the sink',
          unit: 'ops',
          queries: [
            {
              expr: rate(`${dispatch}_count`, 'kn_source_name!=""', 'kn_source_resourcegroup, http_response_status_code'),
              legend: '{{kn_source_resourcegroup}} {{http_response_status_code}}'
            }
          ]
        }
      ]
    },
    {
      title: 'Deliveries',
      panels: [
        {
          title: 'Events by their end',
          unit: 'ops',
          queries: [{ expr: rate('kn_eventing_events_total', log, 'kn_eventing_outcome'), legend: '{{kn_eventing_outcome}}' }]
        },
        {
          title: 'Dead letters and dropped events',
          unit: 'ops',
          queries: [
            {
              expr: rate('kn_eventing_events_total', `${log},kn_eventing_outcome!="delivered"`, `${receiver}, kn_eventing_outcome`),
              legend: `${receiverLegend} {{kn_eventing_outcome}}`
            }
          ]
        },
        { title: 'How long an attempt takes', unit: 's', queries: quantiles(dispatch, attempts) },
        {
          title: 'How long subscribers take, p99',
          unit: 's',
          queries: [{ expr: quantile(0.99, dispatch, attempts, receiver), legend: receiverLegend }]
        },
        {
          title: 'From channel to end',
          unit: 's',
          queries: quantiles('kn_eventing_process_duration_seconds', log)
        },
        {
          title: 'Attempts under way',
          unit: 'short',
          queries: [{ expr: `kn_eventing_attempts_active{${log}}`, legend: '{{pod}}' }]
        },
        {
          title: 'Events that wait for a slow subscription',
          unit: 'short',
          queries: [{ expr: `sum by (${line}) (kn_eventing_subscription_backlog{${log}})`, legend: lineLegend }]
        },
        {
          title: 'Deliveries under way, with those that wait for a retry',
          unit: 'short',
          queries: [{ expr: `sum by (${line}) (kn_eventing_subscription_in_flight{${log}})`, legend: lineLegend }]
        },
        {
          title: 'Due and not moving',
          unit: 'short',
          queries: [{ expr: `kn_eventing_stuck{${log}}`, legend: '{{pod}}' }]
        }
      ]
    },
    {
      title: 'Storage and table',
      panels: [
        {
          title: 'Volume',
          unit: 'bytes',
          queries: ['free', 'size'].map((what) => ({ expr: `kn_eventing_storage_${what}_bytes{${log}}`, legend: `{{pod}} ${what}` }))
        },
        {
          title: 'Takes no events',
          unit: 'short',
          queries: [{ expr: `kn_eventing_storage_trouble{${log}}`, legend: '{{pod}}' }]
        },
        {
          title: 'What events have in memory',
          unit: 'bytes',
          queries: [{ expr: `kn_eventing_memory_bytes{${log}}`, legend: '{{pod}} {{kn_eventing_use}}' }]
        },
        {
          title: 'Data plane that follows the controllers',
          unit: 'short',
          queries: [
            { expr: `sum(kn_eventing_followers{${role('eventing-controller')}})`, legend: 'follow' },
            {
              expr: 'count(nodejs_eventloop_utilization_ratio{namespace="knative-eventing",pod=~"(event-log|job-sink)-.+"})',
              legend: 'there are'
            }
          ]
        },
        {
          title: 'What it serves',
          unit: 'short',
          queries: [
            { expr: `kn_eventing_channels{${log}}`, legend: 'channels' },
            { expr: `kn_eventing_subscriptions{${log}}`, legend: 'subscriptions' }
          ]
        },
        {
          title: 'Subscriptions that fail or do not move',
          unit: 'short',
          queries: [{ expr: `sum(kn_eventing_failing_subscriptions{${role('eventing-controller')}})`, legend: 'subscriptions' }]
        }
      ]
    },
    ...roleRows('eventing')
  ]
}

/** By file name. */
export const eventingDashboards: Readonly<Record<string, Dashboard>> = { 'events.json': events }
