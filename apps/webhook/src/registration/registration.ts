import { containsJson } from '@knative-ts/kube'
import type {
  CustomResourceDefinition,
  MutatingWebhook,
  MutatingWebhookConfiguration,
  Namespace,
  ValidatingWebhookConfiguration
} from '@knative-ts/api/kubernetes'

/** Any of the two kinds of webhook configuration. */
export type WebhookConfiguration = MutatingWebhookConfiguration | ValidatingWebhookConfiguration

/** What the running webhook writes into: who is asked. */
export type Registered = WebhookConfiguration | CustomResourceDefinition

export interface Rule {
  readonly operations: readonly string[]
  readonly apiGroups: readonly string[]
  readonly apiVersions: readonly string[]
  readonly resources: readonly string[]
  readonly scope: string
}

/** What the running webhook writes into the webhook configuration of that name. */
export interface WebhookRegistration {
  readonly name: string
  readonly kind: 'MutatingWebhookConfiguration' | 'ValidatingWebhookConfiguration'
  readonly path: string
  /** Asked anew at each pass: they may change while the webhook runs. */
  readonly rules: readonly Rule[]
  /** Which namespaces and objects are asked about, where that is not as installed. */
  readonly selectors?: Pick<MutatingWebhook, 'namespaceSelector' | 'objectSelector'>
}

/** A definition whose versions the running webhook converts. */
export interface ConversionRegistration {
  readonly name: string
  readonly kind: 'CustomResourceDefinition'
  readonly path: string
}

export type Registration = WebhookRegistration | ConversionRegistration

/** Whom the API server trusts there, in PEM; empty for nobody. */
export function bundleIn(object: Registered | undefined, { name, kind }: Registration): string {
  const encoded =
    kind === 'CustomResourceDefinition'
      ? (object as CustomResourceDefinition | undefined)?.spec.conversion?.webhook?.clientConfig?.caBundle
      : (object as WebhookConfiguration | undefined)?.webhooks?.find((one) => one.name === name)?.clientConfig.caBundle
  return Buffer.from(encoded ?? '', 'base64').toString()
}

/** The object as it should be: rules, path and trust of ours; everything else as the installation wrote it. */
export function registered(object: Registered, registration: Registration, caCert: string, owner: Namespace): Registered {
  return registration.kind === 'CustomResourceDefinition'
    ? converted(object as CustomResourceDefinition, registration, caCert)
    : configured(object as WebhookConfiguration, registration, caCert, owner)
}

/** Whether an object says all that is ours to keep of what it should be. An API server leaves empty lists of rules out. */
export function isWritten(current: Registered, wanted: Registered, registration: Registration): boolean {
  const part = ownPartOf(current, registration)
  const told = 'webhooks' in part ? { ...part, webhooks: part.webhooks?.map((one) => ({ ...one, rules: one.rules ?? [] })) } : part
  return containsJson(told, ownPartOf(wanted, registration))
}

const ownPartOf = (object: Registered, { kind }: Registration) =>
  kind === 'CustomResourceDefinition'
    ? { spec: { conversion: (object as CustomResourceDefinition).spec.conversion } }
    : { metadata: { ownerReferences: object.metadata.ownerReferences }, webhooks: (object as WebhookConfiguration).webhooks }

/** No owner: a definition outlives the namespace of who converts. */
function converted(definition: CustomResourceDefinition, { path }: ConversionRegistration, caCert: string): CustomResourceDefinition {
  const { conversion } = definition.spec
  const service = conversion?.webhook?.clientConfig?.service
  if (conversion?.strategy !== 'Webhook' || conversion.webhook === undefined || service === undefined) return definition
  const caBundle = Buffer.from(caCert).toString('base64')
  const webhook = { ...conversion.webhook, clientConfig: { service: { ...service, path }, caBundle } }
  return { ...definition, spec: { ...definition.spec, conversion: { ...conversion, webhook } } }
}

function configured(
  configuration: WebhookConfiguration,
  registration: WebhookRegistration,
  caCert: string,
  owner: Namespace
): WebhookConfiguration {
  const caBundle = Buffer.from(caCert).toString('base64')
  const webhooks = (configuration.webhooks ?? []).map((webhook) => {
    if (webhook.name !== registration.name) return webhook
    const { service } = webhook.clientConfig
    const at = service === undefined ? {} : { service: { ...service, path: registration.path } }
    return {
      ...webhook,
      ...registration.selectors,
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
  return { ...configuration, metadata: { ...configuration.metadata, ownerReferences: [reference] }, webhooks } as WebhookConfiguration
}
