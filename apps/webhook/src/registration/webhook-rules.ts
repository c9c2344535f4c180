import { admittedKinds } from '@knative-ts/api'
import type { MutatingWebhookConfiguration, Namespace, ValidatingWebhookConfiguration } from '@knative-ts/api/kubernetes'

/** Any of the two kinds of webhook configuration. */
export type WebhookConfiguration = MutatingWebhookConfiguration | ValidatingWebhookConfiguration

/** What the running webhook writes into the configuration of that name. */
export interface Registration {
  readonly name: string
  readonly kind: 'MutatingWebhookConfiguration' | 'ValidatingWebhookConfiguration'
  readonly path: string
  readonly rules: readonly Rule[]
}

interface Rule {
  readonly operations: string[]
  readonly apiGroups: string[]
  readonly apiVersions: string[]
  readonly resources: string[]
  readonly scope: string
}

const rulesOf = (...operations: string[]): Rule[] =>
  admittedKinds.map(({ resource: { group, version, plural } }) => ({
    operations,
    apiGroups: [group],
    apiVersions: [version],
    resources: [plural, `${plural}/status`],
    scope: '*'
  }))

/** The three configurations (reference: Serving, webhook wiring). */
export const registrations: readonly Registration[] = [
  {
    name: 'webhook.serving.knative.dev',
    kind: 'MutatingWebhookConfiguration',
    path: '/defaulting',
    rules: rulesOf('CREATE', 'UPDATE')
  },
  {
    name: 'validation.webhook.serving.knative.dev',
    kind: 'ValidatingWebhookConfiguration',
    path: '/resource-validation',
    rules: rulesOf('CREATE', 'UPDATE', 'DELETE')
  },
  {
    name: 'config.webhook.serving.knative.dev',
    kind: 'ValidatingWebhookConfiguration',
    path: '/config-validation',
    rules: [
      { operations: ['CREATE', 'UPDATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps', 'configmaps/*'], scope: '*' }
    ]
  }
]

/** The configuration as it should be: rules, path and trust of ours; everything else as the installation wrote it. */
export function registered<T extends WebhookConfiguration>(
  configuration: T,
  registration: Registration,
  caCert: string,
  owner: Namespace
): T {
  const caBundle = Buffer.from(caCert).toString('base64')
  const webhooks = (configuration.webhooks ?? []).map((webhook) => {
    if (webhook.name !== registration.name) return webhook
    const { service } = webhook.clientConfig
    const at = service === undefined ? {} : { service: { ...service, path: registration.path } }
    return {
      ...webhook,
      rules: registration.rules.map((rule) => ({ ...rule })),
      clientConfig: { ...webhook.clientConfig, ...at, caBundle }
    }
  })
  const reference = {
    apiVersion: 'v1',
    kind: 'Namespace',
    name: owner.metadata.name ?? '',
    uid: owner.metadata.uid ?? '',
    controller: true,
    blockOwnerDeletion: true
  }
  return { ...configuration, metadata: { ...configuration.metadata, ownerReferences: [reference] }, webhooks } as T
}
