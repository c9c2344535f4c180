/** For each alert about events: series that make it fire, and series as they are when all is well. */
import { growing, podOf, steady, type Case, type Series } from './series.fixture.ts'

const pod = podOf('eventing')
const log = (metric: string, labels = ''): string => `${metric}${pod('event-log', labels)}`
const dispatch = 'kn_eventing_dispatch_duration_seconds'
const trigger = ',kn_trigger_namespace="default",kn_trigger_name="orders"'
const line = ',k8s_namespace_name="default",kn_subscription_kind="Trigger",kn_subscription_name="orders"'
const ended = (outcome: string): string => log('kn_eventing_events_total', `${trigger},kn_eventing_outcome="${outcome}"`)
const door = (code: number): string => log(`${dispatch}_count`, `,kn_broker_name="main",http_response_status_code="${code}"`)
const taken = (le: string): string => log(`${dispatch}_bucket`, `,kn_broker_name="main",le="${le}"`)
const attempt = (le: string): string => log(`${dispatch}_bucket`, `${trigger},kn_eventing_hop="subscriber",le="${le}"`)
const failedAttempt = log(`${dispatch}_count`, `${trigger},kn_eventing_hop="subscriber",http_response_status_code="500"`)
/** Of a hundred a minute so many within one bound, and all within another. */
const within = (bucket: (le: string) => string, bound: string, share: number, all: string): Series[] => [
  growing(bucket(bound), share),
  growing(bucket(all), 100),
  growing(bucket('+Inf'), 100)
]
const up = (role: string): Series => steady(`nodejs_eventloop_utilization_ratio${pod(role)}`, 0.1)
const followers = (count: number): Series => steady(`kn_eventing_followers${pod('eventing-controller')}`, count)
const source = 'kn_source_resourcegroup="apiserversources.sources.knative.dev",kn_source_namespace="default",kn_source_name="changes"'
/** By an adapter that runs beside its source. */
const sent = (outcome: string): string => `${dispatch}_count{namespace="default",pod="adapter-1",${source},${outcome}}`

export const eventingCases: Readonly<Record<string, Case>> = {
  KnativeEventLogAbsent: { fires: [], quiet: [up('event-log')] },
  KnativeEventsNotMoving: { fires: [steady(log('kn_eventing_stuck'), 1)], quiet: [steady(log('kn_eventing_stuck'), 0)] },
  KnativeEventsWaiting: {
    fires: [steady(log('kn_eventing_subscription_backlog', line), 1001)],
    quiet: [steady(log('kn_eventing_subscription_backlog', line), 900)]
  },
  KnativeDeadLetters: {
    fires: [growing(ended('dead-lettered'), 6), growing(ended('delivered'), 94)],
    quiet: [growing(ended('dead-lettered'), 4), growing(ended('delivered'), 96)]
  },
  KnativeEventsDropped: {
    fires: [growing(ended('dropped'), 1), growing(ended('delivered'), 1000)],
    quiet: [steady(ended('dropped'), 3), growing(ended('delivered'), 1000), growing(ended('dead-lettered'), 10)]
  },
  // What subscribers answer is not what publishers are told.
  KnativeEventsRefused: {
    fires: [growing(door(503), 6), growing(door(202), 94)],
    quiet: [growing(door(503), 4), growing(door(400), 30), growing(door(202), 66), growing(failedAttempt, 500)]
  },
  KnativeEventStorageTrouble: {
    fires: [steady(log('kn_eventing_storage_trouble'), 1)],
    quiet: [steady(log('kn_eventing_storage_trouble'), 0)]
  },
  KnativeEventStorageFilling: {
    fires: [steady(log('kn_eventing_storage_free_bytes'), 14), steady(log('kn_eventing_storage_size_bytes'), 100)],
    quiet: [steady(log('kn_eventing_storage_free_bytes'), 20), steady(log('kn_eventing_storage_size_bytes'), 100)]
  },
  KnativeEventsTakenSlowly: {
    fires: within(taken, '0.1', 90, '1'),
    quiet: [...within(taken, '0.1', 100, '1'), ...within(attempt, '0.1', 10, '5')]
  },
  KnativeSubscriberSlow: { fires: within(attempt, '1', 90, '10'), quiet: within(attempt, '1', 100, '10') },
  KnativeDataPlaneNotFollowing: {
    fires: [up('event-log'), up('job-sink'), followers(1)],
    quiet: [up('event-log'), up('job-sink'), up('eventing-webhook'), followers(2)]
  },
  // One that got no answer has no status.
  KnativeSourceNotDelivering: {
    fires: [
      growing(sent('error_type="no_answer"'), 30),
      growing(sent('http_response_status_code="503"'), 30),
      growing(sent('http_response_status_code="202"'), 40)
    ],
    quiet: [growing(sent('error_type="no_answer"'), 20), growing(sent('http_response_status_code="202"'), 80)]
  }
}
