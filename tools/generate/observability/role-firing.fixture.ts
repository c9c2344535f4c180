/** For each alert of roles: series that make it fire, and series as they are when all is well. */
import type { PartName } from '@knative-ts/api/system'
import { growing, podOf, steady, type Case } from './series.fixture.ts'

export function roleCases(part: PartName): Readonly<Record<string, Case>> {
  const pod = podOf(part)
  const prefix = part === 'serving' ? '' : 'eventing-'
  const [controller, webhook] = [`${prefix}controller`, `${prefix}webhook`]
  const status = (role: string, code: number): string =>
    `http_server_request_duration_seconds_count${pod(role, `,http_response_status_code="${code}"`)}`
  const bucket = (le: string): string => `kn_webhook_handler_duration_seconds_bucket${pod(webhook, `,le="${le}"`)}`
  const passes = (outcome: string): string => `kn_reconcile_count_total${pod(controller, `,name="route",outcome="${outcome}"`)}`
  return {
    [part === 'serving' ? 'KnativeServingTargetDown' : 'KnativeEventingTargetDown']: {
      fires: [steady(`up${pod(webhook)}`, 0)],
      quiet: [steady(`up${pod(webhook)}`, 1)]
    },
    KnativeControllerNoLeader: { fires: [steady(`kn_leader${pod(controller)}`, 0)], quiet: [steady(`kn_leader${pod(controller)}`, 1)] },
    KnativeReconcileFailing: {
      fires: [growing(passes('failed'), 30), growing(passes('settled'), 70)],
      quiet: [growing(passes('failed'), 10), growing(passes('settled'), 90)]
    },
    KnativeWorkQueueStuck: {
      fires: [growing(`kn_workqueue_longest_running_processor_seconds${pod(controller, ',name="route"')}`, 60)],
      quiet: [steady(`kn_workqueue_longest_running_processor_seconds${pod(controller, ',name="route"')}`, 3)]
    },
    KnativeWorkQueueDeep: {
      fires: [steady(`kn_workqueue_depth${pod(controller, ',name="route"')}`, 501)],
      quiet: [steady(`kn_workqueue_depth${pod(controller, ',name="route"')}`, 400)]
    },
    KnativeWebhookFailing: {
      fires: [growing(status(webhook, 500), 10), growing(status(webhook, 200), 90)],
      quiet: [growing(status(webhook, 500), 1), growing(status(webhook, 200), 99)]
    },
    KnativeWebhookSlow: {
      fires: [growing(bucket('1'), 90), growing(bucket('5'), 100), growing(bucket('+Inf'), 100)],
      quiet: [growing(bucket('1'), 100), growing(bucket('5'), 100), growing(bucket('+Inf'), 100)]
    },
    // A test's clock begins in 1970.
    KnativeWebhookCertificateEnding: {
      fires: [steady(`kn_webhook_certificate_expiry_seconds${pod(webhook)}`, 2 * 86_400)],
      quiet: [steady(`kn_webhook_certificate_expiry_seconds${pod(webhook)}`, 9 * 86_400)]
    },
    KnativeEventLoopBusy: {
      fires: [steady(`nodejs_eventloop_utilization_ratio${pod(webhook)}`, 0.95)],
      quiet: [steady(`nodejs_eventloop_utilization_ratio${pod(webhook)}`, 0.8)]
    },
    KnativeHeapNearLimit: {
      fires: [
        steady(`v8js_memory_heap_used_bytes${pod(webhook, ',v8js_heap_space_name="old_space"')}`, 80),
        steady(`v8js_memory_heap_used_bytes${pod(webhook, ',v8js_heap_space_name="new_space"')}`, 10),
        steady(`v8js_memory_heap_max_bytes${pod(webhook)}`, 100)
      ],
      quiet: [
        steady(`v8js_memory_heap_used_bytes${pod(webhook, ',v8js_heap_space_name="old_space"')}`, 80),
        steady(`v8js_memory_heap_max_bytes${pod(webhook)}`, 100)
      ]
    }
  }
}
