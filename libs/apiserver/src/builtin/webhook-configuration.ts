/** MutatingWebhookConfiguration and ValidatingWebhookConfiguration. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { matchConditionProblem } from '../cel/match-conditions.ts'
import { duplicateValue, invalidValue, required, type Cause } from '../http/errors.ts'
import { checkConditions, checkRule, FAILURE_POLICIES, MATCH_POLICIES, oneOf } from './admission.rules.ts'
import { checkClientConfig, checkReviewVersions } from './client-config.rules.ts'
import type { KindRules } from './kind-rules.ts'
import { serviceNameProblems, subdomainProblems } from './names.ts'
import { checkSelector } from './selector.rules.ts'

type Configuration = k8s.MutatingWebhookConfiguration | k8s.ValidatingWebhookConfiguration

const SIDE_EFFECTS = ['None', 'NoneOnDryRun']
const REVIEW_VERSIONS = ['v1', 'v1beta1']
const MOST_SECONDS = 30

function defaultWebhooks(configuration: Configuration): void {
  for (const webhook of configuration.webhooks ?? []) {
    webhook.failurePolicy ??= 'Fail'
    webhook.matchPolicy ??= 'Equivalent'
    webhook.namespaceSelector ??= {}
    webhook.objectSelector ??= {}
    webhook.timeoutSeconds ??= 10
    if (webhook.clientConfig?.service != null) webhook.clientConfig.service.port ??= 443
    for (const rule of webhook.rules ?? []) rule.scope ??= '*'
  }
}

function checkWebhooks(configuration: Configuration): Cause[] {
  const webhooks = configuration.webhooks ?? []
  return webhooks.flatMap((webhook, index) => {
    const field = `webhooks[${index}]`
    const isTwice = webhook.name !== '' && webhooks.findIndex(({ name }) => name === webhook.name) < index
    return [
      ...checkWebhook(webhook, field),
      ...checkReviewVersions(
        webhook.admissionReviewVersions ?? [],
        REVIEW_VERSIONS,
        `${field}.admissionReviewVersions`,
        serviceNameProblems
      ),
      ...(isTwice ? [duplicateValue(`${field}.name`, webhook.name)] : [])
    ]
  })
}

function checkWebhook(webhook: k8s.MutatingWebhook | k8s.ValidatingWebhook, field: string): Cause[] {
  const { sideEffects, timeoutSeconds: seconds = 10 } = webhook
  return [
    ...checkName(webhook.name ?? '', `${field}.name`),
    ...(webhook.rules ?? []).flatMap((rule, index) => checkRule(rule, `${field}.rules[${index}]`)),
    ...oneOf(`${field}.failurePolicy`, webhook.failurePolicy, FAILURE_POLICIES),
    ...oneOf(`${field}.matchPolicy`, webhook.matchPolicy, MATCH_POLICIES),
    ...(sideEffects === undefined
      ? [required(`${field}.sideEffects`, `must specify one of ${SIDE_EFFECTS.join(', ')}`)]
      : oneOf(`${field}.sideEffects`, sideEffects, SIDE_EFFECTS)),
    ...(seconds < 1 || seconds > MOST_SECONDS
      ? [invalidValue(`${field}.timeoutSeconds`, seconds, `the timeout value must be between 1 and ${MOST_SECONDS} seconds`)]
      : []),
    ...checkSelector(webhook.namespaceSelector, `${field}.namespaceSelector`),
    ...checkSelector(webhook.objectSelector, `${field}.objectSelector`),
    ...('reinvocationPolicy' in webhook ? oneOf(`${field}.reinvocationPolicy`, webhook.reinvocationPolicy, ['IfNeeded', 'Never']) : []),
    ...checkClientConfig(webhook.clientConfig, `${field}.clientConfig`),
    ...checkConditions(webhook.matchConditions ?? [], `${field}.matchConditions`, matchConditionProblem)
  ]
}

function checkName(name: string, field: string): Cause[] {
  if (name === '') return [required(field)]
  const problems = subdomainProblems(name)
  if (problems.length > 0) return [invalidValue(field, name, problems.join(','))]
  return name.split('.').length < 3 ? [invalidValue(field, name, 'should be a domain with at least three segments separated by dots')] : []
}

export const mutatingConfigurationRules: KindRules<k8s.MutatingWebhookConfiguration> = {
  generation: 'all',
  defaults(configuration) {
    defaultWebhooks(configuration)
    for (const webhook of configuration.webhooks ?? []) webhook.reinvocationPolicy ??= 'Never'
  },
  check: checkWebhooks
}

export const validatingConfigurationRules: KindRules<k8s.ValidatingWebhookConfiguration> = {
  generation: 'all',
  defaults: defaultWebhooks,
  check: checkWebhooks
}
