/** Labels, annotations, names and services of Eventing that are part of the API (reference: Knative Eventing). */

const eventing = 'eventing.knative.dev/'
const messaging = 'messaging.knative.dev/'

/** The namespace of Eventing's roles and ConfigMaps. */
export const eventingNamespace = 'knative-eventing'

/** Annotation on a Broker: which implementation serves it. Never changes. */
export const brokerClassAnnotation = `${eventing}broker.class`
/** The class that is served here: a channel carries the events of a Broker. */
export const channelBrokerClass = 'MTChannelBasedBroker'
/** Label on a Trigger, and on all that belongs to a Broker: its name. */
export const brokerLabel = `${eventing}broker`
/** Label on the channel of a Broker. */
export const brokerEverythingLabel = `${eventing}brokerEverything`
/** Label on the Subscription of a Trigger: its name. */
export const triggerLabel = `${eventing}trigger`
/** Label on a Broker that was made for its namespace or for a Trigger. */
export const injectedLabel = `${eventing}injected`
/** Annotation on a Trigger: `enabled` or `disabled` for the Broker that is made for it. */
export const injectionAnnotation = `${eventing}injection`
/** Annotation on a Trigger: a reference (JSON) to an object that is to be ready first. */
export const dependencyAnnotation = 'knative.dev/dependency'
/** Annotation on a channel: `cluster` or `namespace`. */
export const scopeAnnotation = `${eventing}scope`
/** Annotation on a channel: the version of the duck type that it speaks. */
export const subscribableAnnotation = `${messaging}subscribable`
/** Label on the Service of a channel. */
export const messagingRoleLabel = `${messaging}role`
/** Annotation on an ApiServerSource: `true` does not ask whether its ServiceAccount may watch. */
export const skipPermissionsAnnotation = 'features.knative.dev/apiserversource-skip-permissions-check'
/** Label on namespaces: bindings apply there. */
export const bindingsIncludeLabel = 'bindings.knative.dev/include'
/** Label on namespaces and objects: bindings do not apply there. */
export const bindingsExcludeLabel = 'bindings.knative.dev/exclude'
/** Label on a Job: the JobSink that it runs for. */
export const jobSinkNameLabel = 'sinks.knative.dev/job-sink-name'
/** Label on a Job: its own name. */
export const jobSinkIdLabel = 'sinks.knative.dev/job-sink-id'
/** Annotation on the definition of a source: the events that it sends (JSON). */
export const eventTypesAnnotation = 'registry.knative.dev/eventTypes'

/** Annotations in the status of a Broker: where its channel is. */
export const channelStatusAnnotations = {
  address: 'knative.dev/channelAddress',
  caCerts: 'knative.dev/channelCACerts',
  audience: 'knative.dev/channelAudience',
  apiVersion: 'knative.dev/channelAPIVersion',
  kind: 'knative.dev/channelKind',
  name: 'knative.dev/channelName'
} as const

/** The annotations of the webhook in each group of Eventing: who made an object, and who last changed its spec. */
export const userAnnotationsOf = (group: string): { readonly creator: string; readonly lastModifier: string } => ({
  creator: `${group}/creator`,
  lastModifier: `${group}/lastModifier`
})
