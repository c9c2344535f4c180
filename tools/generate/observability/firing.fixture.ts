/** For each alert: series that make it fire, and series as they are when all is well. In Prometheus' notation of tests: a value a minute. */

interface Series {
  readonly series: string
  readonly values: string
}
/** `quiet` must not fire. An alert that fires on absence has series in `quiet` alone. */
interface Case {
  readonly fires: readonly Series[]
  readonly quiet: readonly Series[]
}

const pod = (name: string, more = ''): string => `{namespace="knative-serving",pod="${name}-6d-x"${more}}`
const revision = ',k8s_namespace_name="default",kn_revision_name="hello-00001"'
const steady = (series: string, value: number): Series => ({ series, values: `${value}x120` })
const growing = (series: string, step: number): Series => ({ series, values: `0+${step}x120` })
const status = (role: string, code: number): string =>
  `http_server_request_duration_seconds_count${pod(role, `,http_response_status_code="${code}"`)}`
const bucket = (le: string): string => `kn_webhook_handler_duration_seconds_bucket${pod('webhook', `,le="${le}"`)}`
const passes = (outcome: string): string => `kn_reconcile_count_total${pod('controller', `,name="route",outcome="${outcome}"`)}`

export const cases: Readonly<Record<string, Case>> = {
  KnativeServingTargetDown: { fires: [steady(`up${pod('gateway')}`, 0)], quiet: [steady(`up${pod('gateway')}`, 1)] },
  KnativeControllerNoLeader: { fires: [steady(`kn_leader${pod('controller')}`, 0)], quiet: [steady(`kn_leader${pod('controller')}`, 1)] },
  KnativeAutoscalerAbsent: { fires: [], quiet: [steady(`nodejs_eventloop_utilization_ratio${pod('autoscaler')}`, 0.1)] },
  KnativeReconcileFailing: {
    fires: [growing(passes('failed'), 30), growing(passes('settled'), 70)],
    quiet: [growing(passes('failed'), 10), growing(passes('settled'), 90)]
  },
  KnativeWorkQueueStuck: {
    fires: [growing(`kn_workqueue_longest_running_processor_seconds${pod('controller', ',name="route"')}`, 60)],
    quiet: [steady(`kn_workqueue_longest_running_processor_seconds${pod('controller', ',name="route"')}`, 3)]
  },
  KnativeWorkQueueDeep: {
    fires: [steady(`kn_workqueue_depth${pod('controller', ',name="route"')}`, 501)],
    quiet: [steady(`kn_workqueue_depth${pod('controller', ',name="route"')}`, 400)]
  },
  KnativeWebhookFailing: {
    fires: [growing(status('webhook', 500), 10), growing(status('webhook', 200), 90)],
    quiet: [growing(status('webhook', 500), 1), growing(status('webhook', 200), 99)]
  },
  KnativeWebhookSlow: {
    fires: [growing(bucket('1'), 90), growing(bucket('5'), 100), growing(bucket('+Inf'), 100)],
    quiet: [growing(bucket('1'), 100), growing(bucket('5'), 100), growing(bucket('+Inf'), 100)]
  },
  // A test's clock begins in 1970.
  KnativeWebhookCertificateEnding: {
    fires: [steady(`kn_webhook_certificate_expiry_seconds${pod('webhook')}`, 2 * 86_400)],
    quiet: [steady(`kn_webhook_certificate_expiry_seconds${pod('webhook')}`, 9 * 86_400)]
  },
  KnativeGatewayNotFollowing: {
    fires: [
      steady(`nodejs_eventloop_utilization_ratio${pod('gateway')}`, 0.1),
      steady(`nodejs_eventloop_utilization_ratio${pod('gateway-2')}`, 0.1),
      steady(`kn_routing_gateways${pod('controller')}`, 1)
    ],
    quiet: [
      steady(`nodejs_eventloop_utilization_ratio${pod('gateway')}`, 0.1),
      steady(`nodejs_eventloop_utilization_ratio${pod('gateway-2')}`, 0.1),
      steady(`kn_routing_gateways${pod('controller')}`, 1),
      steady(`kn_routing_gateways${pod('controller-2')}`, 1)
    ]
  },
  KnativeGatewayErrors: {
    fires: [growing(status('gateway', 503), 6), growing(status('gateway', 200), 94)],
    quiet: [growing(status('gateway', 503), 4), growing(status('gateway', 500), 30), growing(status('gateway', 200), 66)]
  },
  KnativeRequestsWaiting: {
    fires: [steady(`kn_revision_request_queued${pod('activator', revision)}`, 1)],
    quiet: [
      {
        series: `kn_revision_request_queued${pod('activator', revision)}`,
        values: '3 0 3 0 3 0 3 0 3 0 3 0 3 0 3 0 3 0 3 0 3 0 3 0 3 0 0x100'
      }
    ]
  },
  KnativeActivatorNotReporting: {
    fires: [steady(`kn_activator_stats_conn_reachable${pod('activator')}`, 0)],
    quiet: [steady(`kn_activator_stats_conn_reachable${pod('activator')}`, 1)]
  },
  KnativeRevisionShortOfPods: {
    fires: [
      steady(`kn_revision_pods_desired${pod('autoscaler', revision)}`, 3),
      steady(`kn_revision_pods_count${pod('autoscaler', revision)}`, 2)
    ],
    quiet: [
      steady(`kn_revision_pods_desired${pod('autoscaler', revision)}`, 3),
      steady(`kn_revision_pods_count${pod('autoscaler', revision)}`, 4)
    ]
  },
  KnativeRevisionPanicking: {
    fires: [steady(`kn_revision_panic_mode${pod('autoscaler', revision)}`, 1)],
    quiet: [steady(`kn_revision_panic_mode${pod('autoscaler', revision)}`, 0)]
  },
  KnativeEventLoopBusy: {
    fires: [steady(`nodejs_eventloop_utilization_ratio${pod('gateway')}`, 0.95)],
    quiet: [steady(`nodejs_eventloop_utilization_ratio${pod('gateway')}`, 0.8)]
  },
  KnativeHeapNearLimit: {
    fires: [
      steady(`v8js_memory_heap_used_bytes${pod('activator', ',v8js_heap_space_name="old_space"')}`, 80),
      steady(`v8js_memory_heap_used_bytes${pod('activator', ',v8js_heap_space_name="new_space"')}`, 10),
      steady(`v8js_memory_heap_max_bytes${pod('activator')}`, 100)
    ],
    quiet: [
      steady(`v8js_memory_heap_used_bytes${pod('activator', ',v8js_heap_space_name="old_space"')}`, 80),
      steady(`v8js_memory_heap_max_bytes${pod('activator')}`, 100)
    ]
  }
}
