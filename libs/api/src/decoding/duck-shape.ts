/** Knative's duck types of Eventing as Go types. */
import { address, duckStatus } from './serving-shape.ts'
import {
  always,
  bool,
  embedded,
  int32,
  int64,
  list,
  map,
  named,
  opaque,
  pointer,
  pointers,
  recursive,
  string,
  struct,
  url,
  value,
  values,
  type Fields
} from './shape.ts'

export const reference = struct('v1.KReference', {
  kind: always(string),
  name: always(string),
  ...values(string, 'namespace', 'apiVersion', 'group'),
  address: pointer(string)
})

export const destinationFields: Fields = {
  ref: pointer(reference),
  uri: pointer(url),
  ...pointers(string, 'CACerts', 'audience')
}
export const destination = struct('v1.Destination', destinationFields)

export const delivery = struct('v1.DeliverySpec', {
  deadLetterSink: pointer(destination),
  retry: pointer(int32),
  ...pointers(string, 'timeout', 'backoffDelay', 'retryAfterMax'),
  backoffPolicy: pointer(named('v1.BackoffPolicyType')),
  format: pointer(named('v1.FormatType'))
})

export const filter = recursive('v1.SubscriptionsAPIFilter', (self) => ({
  all: value(list(self)),
  any: value(list(self)),
  not: pointer(self),
  exact: value(map(string)),
  prefix: value(map(string)),
  suffix: value(map(string)),
  cesql: value(string)
}))

export const channelTemplateShape = struct('v1.ChannelTemplateSpec', {
  ...embedded('TypeMeta', values(string, 'apiVersion', 'kind')),
  spec: pointer(opaque('runtime.RawExtension'))
})

const auth = pointer(struct('v1.AuthStatus', { serviceAccountName: pointer(string), serviceAccountNames: value(list(string)) }))
const subscriber = struct('v1.SubscriberSpec', {
  name: pointer(string),
  uid: value(string),
  generation: value(int64),
  subscriberUri: pointer(url),
  replyUri: pointer(url),
  ...pointers(string, 'subscriberCACerts', 'subscriberAudience', 'replyCACerts', 'replyAudience'),
  delivery: pointer(delivery),
  auth
})
const subscriberStatus = struct('v1.SubscriberStatus', {
  uid: value(string),
  observedGeneration: value(int64),
  ready: value(string),
  message: value(string),
  auth
})

/** What all channels have in their spec. */
export const channelableSpec = embedded('ChannelableSpec', {
  ...embedded('SubscribableSpec', { subscribers: value(list(subscriber)) }),
  delivery: pointer(delivery)
})

export const addressStatus = embedded('AddressStatus', { address: pointer(address), addresses: value(list(address)) })
export const deliveryStatus = embedded('DeliveryStatus', {
  deadLetterSinkUri: pointer(url),
  ...pointers(string, 'deadLetterSinkCACerts', 'deadLetterSinkAudience')
})
export const policiesStatus = embedded('AppliedEventPoliciesStatus', {
  policies: value(list(struct('v1.AppliedEventPolicyRef', { apiVersion: always(string), name: always(string) })))
})
export const authStatus: Fields = { auth }

/** What all channels have in their status. */
export const channelableStatus = embedded('ChannelableStatus', {
  ...duckStatus,
  ...addressStatus,
  ...embedded('SubscribableStatus', { subscribers: value(list(subscriberStatus)) }),
  ...deliveryStatus
})

/** What all sources have in their spec. */
export const sourceSpec = embedded('SourceSpec', {
  sink: always(destination),
  ceOverrides: pointer(struct('v1.CloudEventOverrides', { extensions: value(map(string)) }))
})

/** What all sources have in their status. */
export const sourceStatus = embedded('SourceStatus', {
  ...duckStatus,
  sinkUri: pointer(url),
  ...pointers(string, 'sinkCACerts', 'sinkAudience'),
  ceAttributes: value(list(struct('v1.CloudEventAttributes', values(string, 'type', 'source')))),
  auth
})

const brokerEntry: Fields = {
  ...embedded('BrokerConfig', {
    ...embedded('KReference', { ...values(string, 'kind', 'name', 'namespace', 'apiVersion', 'group'), address: pointer(string) }),
    delivery: pointer(delivery)
  })
}
const brokerScope = struct('config.ClassAndBrokerConfig', {
  brokerClass: value(string),
  ...brokerEntry,
  brokerClasses: value(map(struct('config.BrokerConfig', brokerEntry))),
  disallowDifferentNamespaceConfig: pointer(bool)
})

/** The YAML in config-br-defaults. */
export const brokerDefaultsShape = struct('config.Defaults', {
  clusterDefault: pointer(brokerScope),
  namespaceDefaults: value(map(brokerScope))
})

/** The YAML in default-ch-webhook. */
export const channelDefaultsShape = struct('config.ChannelDefaults', {
  clusterDefault: pointer(channelTemplateShape),
  namespaceDefaults: value(map(channelTemplateShape))
})
