/** For each alert of Serving beside its roles': series that make it fire, and series as they are when all is well. */
import { growing, podOf, steady, type Case } from './series.fixture.ts'

const pod = podOf('serving')
const revision = ',k8s_namespace_name="default",kn_revision_name="hello-00001"'
const status = (role: string, code: number): string =>
  `http_server_request_duration_seconds_count${pod(role, `,http_response_status_code="${code}"`)}`

export const servingCases: Readonly<Record<string, Case>> = {
  KnativeAutoscalerAbsent: { fires: [], quiet: [steady(`nodejs_eventloop_utilization_ratio${pod('autoscaler')}`, 0.1)] },
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
  }
}
