/** The Grafana dashboards of Serving, told in few words: rows of panels, each with its queries. */
import type { Dashboard } from './grafana.ts'
import { podsOf } from './role-alerts.ts'
import { quantile, rate } from './queries.ts'
import { roleRows } from './role-rows.ts'
import type { AnyRole } from '@knative-ts/api/system'

const role = (name: AnyRole): string => podsOf('serving', name)
const chosen = 'k8s_namespace_name=~"$namespace",kn_revision_name=~"$revision"'

const platform: Dashboard = {
  uid: 'knative-ts-platform',
  title: 'Knative Serving: platform',
  rows: [
    {
      title: 'Requests at the gateways',
      panels: [
        {
          title: 'Requests by status',
          unit: 'reqps',
          queries: [
            {
              expr: rate('http_server_request_duration_seconds_count', role('gateway'), 'http_response_status_code'),
              legend: '{{http_response_status_code}}'
            }
          ]
        },
        {
          title: 'Duration',
          unit: 's',
          queries: [0.5, 0.95, 0.99].map((q) => ({
            expr: quantile(q, 'http_server_request_duration_seconds', role('gateway')),
            legend: `p${q * 100}`
          }))
        },
        {
          title: 'Gateways that follow the routes',
          unit: 'short',
          queries: [
            { expr: `sum(kn_routing_gateways{${role('controller')}})`, legend: 'follow' },
            { expr: `count(nodejs_eventloop_utilization_ratio{${role('gateway')}})`, legend: 'there are' }
          ]
        }
      ]
    },
    {
      title: 'Activators',
      panels: [
        {
          title: 'Requests that wait for a pod',
          unit: 'short',
          queries: [{ expr: `sum by (pod) (kn_revision_request_queued{${role('activator')}})`, legend: '{{pod}}' }]
        },
        {
          title: 'Requests that a pod has',
          unit: 'short',
          queries: [{ expr: `sum by (pod) (kn_revision_request_active{${role('activator')}})`, legend: '{{pod}}' }]
        },
        {
          title: 'What waits costs',
          unit: 'bytes',
          queries: [{ expr: `kn_activator_held_size_bytes{${role('activator')}}`, legend: '{{pod}}' }]
        }
      ]
    },
    ...roleRows('serving')
  ]
}

const revisions: Dashboard = {
  uid: 'knative-ts-revisions',
  title: 'Knative Serving: revisions',
  variables: [
    { name: 'namespace', query: 'label_values(kn_revision_pods_desired, k8s_namespace_name)' },
    { name: 'revision', query: 'label_values(kn_revision_pods_desired{k8s_namespace_name=~"$namespace"}, kn_revision_name)' }
  ],
  rows: [
    {
      title: 'Pods',
      panels: [
        {
          title: 'Pods',
          unit: 'short',
          queries: [
            ['desired', 'desired'],
            ['count', 'ready'],
            ['not_ready_count', 'not ready'],
            ['pending_count', 'pending'],
            ['terminating_count', 'terminating']
          ].map(([metric, legend]) => ({
            expr: `max by (kn_revision_name) (kn_revision_pods_${metric}{${chosen}})`,
            legend: `{{kn_revision_name}} ${legend}`
          }))
        },
        {
          title: 'Panic',
          unit: 'short',
          queries: [{ expr: `max by (kn_revision_name) (kn_revision_panic_mode{${chosen}})`, legend: '{{kn_revision_name}}' }]
        },
        {
          title: 'Spare burst capacity',
          unit: 'short',
          queries: [{ expr: `max by (kn_revision_name) (kn_revision_capacity_excess{${chosen}})`, legend: '{{kn_revision_name}}' }]
        }
      ]
    },
    {
      title: 'Load',
      panels: [
        {
          title: 'Requests at once a pod',
          unit: 'short',
          queries: ['stable', 'panic', 'target'].map((each) => ({
            expr: `max by (kn_revision_name) (kn_revision_concurrency_${each}{${chosen}})`,
            legend: `{{kn_revision_name}} ${each}`
          }))
        },
        {
          title: 'Requests at the activators',
          unit: 'short',
          queries: [{ expr: `sum by (kn_revision_name) (kn_revision_request_concurrency{${chosen}})`, legend: '{{kn_revision_name}}' }]
        },
        {
          title: 'Of these, waiting',
          unit: 'short',
          queries: [{ expr: `sum by (kn_revision_name) (kn_revision_request_queued{${chosen}})`, legend: '{{kn_revision_name}}' }]
        }
      ]
    },
    {
      title: 'Statistics',
      panels: [
        {
          title: 'How long asking the pods takes, p99',
          unit: 's',
          queries: [
            { expr: quantile(0.99, 'kn_autoscaler_scrape_duration_seconds', chosen, 'kn_revision_name'), legend: '{{kn_revision_name}}' }
          ]
        }
      ]
    }
  ]
}

/** By file name. */
export const servingDashboards: Readonly<Record<string, Dashboard>> = { 'platform.json': platform, 'revisions.json': revisions }
