import { admittedKinds, eventingKinds, type Resource } from '@knative-ts/api'
import type { Registration, Rule } from './registration.ts'

interface Kind {
  readonly resource: Resource
}

const rulesOf = (kinds: readonly Kind[], ...operations: string[]): Rule[] =>
  kinds.map(({ resource: { group, version, plural } }) => ({
    operations,
    apiGroups: [group],
    apiVersions: [version],
    resources: [plural, `${plural}/status`],
    scope: '*'
  }))

/** Who fills the kinds in, and who judges them. */
const admission = (mutating: string, validating: string, kinds: readonly Kind[]): Registration[] => [
  { name: mutating, kind: 'MutatingWebhookConfiguration', path: '/defaulting', rules: rulesOf(kinds, 'CREATE', 'UPDATE') },
  {
    name: validating,
    kind: 'ValidatingWebhookConfiguration',
    path: '/resource-validation',
    rules: rulesOf(kinds, 'CREATE', 'UPDATE', 'DELETE')
  }
]

const configuration = (name: string): Registration => ({
  name,
  kind: 'ValidatingWebhookConfiguration',
  path: '/config-validation',
  rules: [{ operations: ['CREATE', 'UPDATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps', 'configmaps/*'], scope: '*' }]
})

/** The three configurations of Serving (reference: Serving, webhook wiring). */
export const servingRegistrations: readonly Registration[] = [
  ...admission('webhook.serving.knative.dev', 'validation.webhook.serving.knative.dev', admittedKinds),
  configuration('config.webhook.serving.knative.dev')
]

const isInMemoryChannel = ({ resource }: Kind): boolean => resource.plural === 'inmemorychannels'

/** Those of Eventing (reference: Eventing, 8.1): InMemoryChannels have a pair of their own, as upstream. And the definitions that are converted. */
export const eventingRegistrations: readonly Registration[] = [
  ...admission(
    'webhook.eventing.knative.dev',
    'validation.webhook.eventing.knative.dev',
    eventingKinds.filter((kind) => !isInMemoryChannel(kind))
  ),
  ...admission(
    'inmemorychannel.eventing.knative.dev',
    'validation.inmemorychannel.eventing.knative.dev',
    eventingKinds.filter(isInMemoryChannel)
  ),
  configuration('config.webhook.eventing.knative.dev'),
  { name: 'eventtypes.eventing.knative.dev', kind: 'CustomResourceDefinition', path: '/resource-conversion' },
  { name: 'pingsources.sources.knative.dev', kind: 'CustomResourceDefinition', path: '/resource-conversion' }
]
