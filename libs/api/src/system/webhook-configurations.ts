import type * as k8s from '../kubernetes/index.ts'
import { systemNamespace } from './parts.ts'
import { systemLabels, type SystemOptions } from './system-options.ts'

const clientConfig = { service: { name: 'webhook', namespace: systemNamespace } }
const unlessExcluded = { matchExpressions: [{ key: 'webhooks.knative.dev/exclude', operator: 'DoesNotExist' }] }
const common = {
  admissionReviewVersions: ['v1'],
  clientConfig,
  failurePolicy: 'Fail',
  sideEffects: 'None',
  timeoutSeconds: 10
}

/**
 * What our own roles write into a status was made from admitted objects: reviewing it again would cost two calls a write, half of all there are, and would
 * refuse to say what has become of an object that a later configuration no longer allows.
 */
const unlessOwnStatus = {
  name: 'not-a-status-of-our-own',
  expression: `!(has(request.subResource) && request.subResource == 'status' && request.userInfo.username.startsWith('system:serviceaccount:${systemNamespace}:'))`
}

/**
 * What our own roles make of admitted objects: nothing of it is filled in (their specs show that), and a mistake in it is a defect, not something to
 * refuse. Kinds that users make too are reviewed when they are changed, whoever does it; and Revisions always, since some fields get their default when one is made, and not
 * when the template of a Service is changed. Twelve of the sixteen calls that a new Service would cost.
 */
const ours = `request.resource.resource in ['metrics', 'serverlessservices', 'ingresses']`
const bornOfOurs = `request.operation == 'CREATE' && request.resource.resource in ['configurations', 'routes', 'podautoscalers']`
const unlessOwnMaking = {
  name: 'not-of-our-own-making',
  expression: `!((${ours} || ${bornOfOurs}) && request.userInfo.username.startsWith('system:serviceaccount:${systemNamespace}:'))`
}

/**
 * The three webhook configurations of reference 6.1, without rules, path and caBundle: the running webhook fills those in, so that
 * nothing is refused before there is a webhook that can answer.
 */
export function webhookConfigurationsOf(options: SystemOptions): (k8s.MutatingWebhookConfiguration | k8s.ValidatingWebhookConfiguration)[] {
  const labels = systemLabels(options, 'webhook')
  const config = 'config.webhook.serving.knative.dev'
  const validation = 'validation.webhook.serving.knative.dev'
  const mutation = 'webhook.serving.knative.dev'
  return [
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name: config, labels },
      webhooks: [
        {
          ...common,
          name: config,
          objectSelector: {
            matchExpressions: [
              { key: 'app.kubernetes.io/name', operator: 'In', values: ['knative-serving'] },
              {
                key: 'app.kubernetes.io/component',
                operator: 'In',
                values: ['autoscaler', 'controller', 'logging', 'networking', 'observability', 'tracing', 'net-certmanager']
              }
            ]
          }
        }
      ]
    },
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name: validation, labels },
      webhooks: [{ ...common, name: validation, namespaceSelector: unlessExcluded, matchConditions: [unlessOwnStatus, unlessOwnMaking] }]
    },
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'MutatingWebhookConfiguration',
      metadata: { name: mutation, labels },
      webhooks: [
        {
          ...common,
          name: mutation,
          namespaceSelector: unlessExcluded,
          reinvocationPolicy: 'IfNeeded',
          matchConditions: [unlessOwnStatus, unlessOwnMaking]
        }
      ]
    }
  ] as (k8s.MutatingWebhookConfiguration | k8s.ValidatingWebhookConfiguration)[]
}
