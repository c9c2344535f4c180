import { describe, expect, it } from '@jest/globals'
import type { MutatingWebhookConfiguration } from '@knative-ts/api/kubernetes'
import { isWritten, registered, type Rule, type WebhookRegistration } from './registration.ts'

const name = 'sinkbindings.webhook.sources.knative.dev'
const rule: Rule = { operations: ['CREATE'], apiGroups: ['apps'], apiVersions: ['v1'], resources: ['deployments'], scope: '*' }
const registration = (...rules: Rule[]): WebhookRegistration => ({
  name,
  kind: 'MutatingWebhookConfiguration',
  path: '/sinkbindings',
  rules
})
const owner = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'knative-eventing', uid: 'uid' } } as const
const installed: MutatingWebhookConfiguration = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingWebhookConfiguration',
  metadata: { name },
  webhooks: [{ name, clientConfig: {}, sideEffects: 'None', admissionReviewVersions: ['v1'] }]
}
const wantedOf = (current: MutatingWebhookConfiguration, ...rules: Rule[]): MutatingWebhookConfiguration =>
  registered(current, registration(...rules), 'trust', owner) as MutatingWebhookConfiguration

/** As an API server gives it back: what it adds, and without empty lists. */
function stored(written: MutatingWebhookConfiguration): MutatingWebhookConfiguration {
  const webhooks = written.webhooks?.map(({ rules, ...webhook }) => ({
    ...webhook,
    matchPolicy: 'Equivalent',
    ...(rules?.length === 0 ? {} : { rules })
  }))
  return { ...written, webhooks } as MutatingWebhookConfiguration
}

describe('a configuration of a webhook', () => {
  it.each<[string, Rule[]]>([
    ['a rule', [rule]],
    ['no rule', []]
  ])('with %s is written once', (_, rules) => {
    const wanted = wantedOf(installed, ...rules)
    expect(isWritten(installed, wanted, registration(...rules))).toBe(false)
    const current = stored(wanted)
    expect(isWritten(current, wantedOf(current, ...rules), registration(...rules))).toBe(true)
  })

  it('is written when its last rule goes, and when the first one comes', () => {
    const [some, none] = [stored(wantedOf(installed, rule)), stored(wantedOf(installed))]
    expect(isWritten(some, wantedOf(some), registration())).toBe(false)
    expect(isWritten(none, wantedOf(none, rule), registration(rule))).toBe(false)
  })
})
