import type * as k8s from '../kubernetes/index.ts'
import { eventingNamespace } from './parts.ts'
import { systemLabels, type SystemOptions } from './system-options.ts'

const clientConfig = { service: { name: 'eventing-webhook', namespace: eventingNamespace } }
const common = {
  admissionReviewVersions: ['v1'],
  clientConfig,
  failurePolicy: 'Fail',
  sideEffects: 'None',
  timeoutSeconds: 10
}
const unless = (label: string) => ({ matchExpressions: [{ key: label, operator: 'DoesNotExist' }] })
const notTrue = (label: string) => ({ matchExpressions: [{ key: label, operator: 'NotIn', values: ['true'] }] })

/** What our own roles write into a status was made from admitted objects; reviewing it again would cost two calls a write. */
const unlessOwnStatus = {
  name: 'not-a-status-of-our-own',
  expression: `!(has(request.subResource) && request.subResource == 'status' && request.userInfo.username.startsWith('system:serviceaccount:${eventingNamespace}:'))`
}

type Configuration = k8s.MutatingWebhookConfiguration | k8s.ValidatingWebhookConfiguration

/**
 * The webhook configurations of Eventing (reference 8.1), without rules, path and caBundle: the running webhook fills those in, so that nothing is
 * refused before there is a webhook that can answer. InMemoryChannels have a pair of their own, as upstream.
 */
export function eventingWebhookConfigurations(options: SystemOptions): Configuration[] {
  const labels = systemLabels(options, 'eventing-webhook', 'eventing')
  const configuration = (kind: Configuration['kind'], name: string, more: object): Configuration =>
    ({
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind,
      metadata: { name, labels },
      webhooks: [{ ...common, name, ...more }]
    }) as Configuration
  const judged = { namespaceSelector: unless('webhooks.knative.dev/exclude'), matchConditions: [unlessOwnStatus] }
  const filledIn = { ...judged, reinvocationPolicy: 'IfNeeded' }
  return [
    configuration('ValidatingWebhookConfiguration', 'config.webhook.eventing.knative.dev', {
      // The roles keep the last good configuration: that one cannot be judged is no reason to refuse it.
      failurePolicy: 'Ignore',
      namespaceSelector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: [eventingNamespace] }] }
    }),
    configuration('ValidatingWebhookConfiguration', 'validation.webhook.eventing.knative.dev', judged),
    configuration('ValidatingWebhookConfiguration', 'validation.inmemorychannel.eventing.knative.dev', judged),
    configuration('MutatingWebhookConfiguration', 'webhook.eventing.knative.dev', filledIn),
    configuration('MutatingWebhookConfiguration', 'inmemorychannel.eventing.knative.dev', filledIn),
    configuration('MutatingWebhookConfiguration', 'sinkbindings.webhook.sources.knative.dev', {
      namespaceSelector: notTrue('bindings.knative.dev/exclude'),
      objectSelector: notTrue('bindings.knative.dev/exclude'),
      reinvocationPolicy: 'IfNeeded'
    })
  ]
}
