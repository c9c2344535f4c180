/** MutatingWebhookConfiguration and ValidatingWebhookConfiguration. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { matchConditionProblem } from '../cel/match-conditions.ts'
import { duplicateValue, forbiddenField, invalidValue, required, type Cause } from '../http/errors.ts'
import type { KindRules } from './kind-rules.ts'
import { labelKeyProblems } from './names.ts'

type Configuration = k8s.MutatingWebhookConfiguration | k8s.ValidatingWebhookConfiguration

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
  const causes: Cause[] = []
  const names = new Set<string>()
  ;(configuration.webhooks ?? []).forEach((webhook, index) => {
    const field = `webhooks[${index}]`
    if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?){2,}$/.test(webhook.name)) {
      causes.push(invalidValue(`${field}.name`, webhook.name, 'should be a domain with at least three segments separated by dots'))
    }
    if (names.has(webhook.name)) causes.push(duplicateValue(`${field}.name`, webhook.name))
    names.add(webhook.name)
    const { url, service } = webhook.clientConfig ?? {}
    if ((url == null) === (service == null)) causes.push(required(`${field}.clientConfig`, 'exactly one of url or service is required'))
    if (url != null && !url.startsWith('https://')) {
      causes.push(invalidValue(`${field}.clientConfig.url`, url, "'https' is the only allowed URL scheme"))
    }
    if (!['None', 'NoneOnDryRun'].includes(webhook.sideEffects)) {
      causes.push(forbiddenField(`${field}.sideEffects`, 'must be None or NoneOnDryRun'))
    }
    if (!(webhook.admissionReviewVersions ?? []).some((version) => version === 'v1')) {
      causes.push(required(`${field}.admissionReviewVersions`, 'must specify at least one of v1, v1beta1'))
    }
    const seconds = webhook.timeoutSeconds ?? 10
    if (seconds < 1 || seconds > 30) {
      causes.push(invalidValue(`${field}.timeoutSeconds`, seconds, 'the timeout value must be between 1 and 30 seconds'))
    }
    causes.push(...checkConditions(webhook.matchConditions ?? [], `${field}.matchConditions`))
  })
  return causes
}

const MOST_CONDITIONS = 64

function checkConditions(conditions: readonly k8s.MatchCondition[], field: string): Cause[] {
  const causes: Cause[] = []
  if (conditions.length > MOST_CONDITIONS) {
    const message = `Too many: ${conditions.length}: must have at most ${MOST_CONDITIONS} items`
    return [{ reason: 'FieldValueTooMany', message, field }]
  }
  const names = new Set<string>()
  conditions.forEach(({ name, expression }, index) => {
    const at = `${field}[${index}]`
    if (!expression?.trim()) causes.push(required(`${at}.expression`))
    else {
      const problem = matchConditionProblem(expression)
      if (problem !== undefined) causes.push(invalidValue(`${at}.expression`, expression, problem))
    }
    if (!name) causes.push(required(`${at}.name`))
    else for (const problem of labelKeyProblems(name)) causes.push(invalidValue(`${at}.name`, name, problem))
    if (names.has(name)) causes.push(duplicateValue(`${at}.name`, name))
    names.add(name)
  })
  return causes
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
