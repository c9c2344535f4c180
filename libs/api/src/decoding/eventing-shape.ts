/** The kinds of eventing.knative.dev as Go types. */
import {
  addressStatus,
  authStatus,
  delivery,
  deliveryStatus,
  destination,
  filter,
  policiesStatus,
  reference,
  sourceStatus
} from './duck-shape.ts'
import { labelSelector } from './selector-shape.ts'
import { duckStatus } from './serving-shape.ts'
import {
  always,
  bool,
  embedded,
  int32,
  kind,
  list,
  map,
  opaque,
  pointer,
  pointers,
  string,
  struct,
  url,
  value,
  values,
  type Fields
} from './shape.ts'

export const brokerShape = kind(
  'v1.Broker',
  struct('v1.BrokerSpec', { config: pointer(reference), delivery: pointer(delivery) }),
  struct('v1.BrokerStatus', { ...duckStatus, ...addressStatus, ...deliveryStatus, ...policiesStatus })
)

export const triggerShape = kind(
  'v1.Trigger',
  struct('v1.TriggerSpec', {
    broker: value(string),
    brokerRef: pointer(reference),
    filter: pointer(struct('v1.TriggerFilter', { attributes: value(map(string, 'v1.TriggerFilterAttributes')) })),
    filters: value(list(filter)),
    subscriber: always(destination),
    delivery: pointer(delivery)
  }),
  struct('v1.TriggerStatus', {
    ...duckStatus,
    subscriberUri: pointer(url),
    ...pointers(string, 'subscriberCACerts', 'subscriberAudience'),
    ...deliveryStatus,
    ...authStatus
  })
)

const eventTypeSpec: Fields = {
  type: always(string),
  ...pointers(url, 'source', 'schema'),
  ...values(string, 'schemaData', 'broker', 'description'),
  reference: pointer(reference)
}
const eventType = (version: string, spec: Fields) =>
  kind(`${version}.EventType`, struct(`${version}.EventTypeSpec`, spec), struct(`${version}.EventTypeStatus`, duckStatus))

export const eventTypeV1beta1Shape = eventType('v1beta1', eventTypeSpec)
export const eventTypeV1beta2Shape = eventType('v1beta2', eventTypeSpec)
export const eventTypeV1beta3Shape = eventType('v1beta3', {
  reference: pointer(reference),
  description: value(string),
  attributes: value(
    list(struct('v1beta3.EventAttributeDefinition', { name: always(string), required: always(bool), value: value(string) }))
  )
})

const policyReference = (go: string, more: Fields = {}) => struct(go, { ...values(string, 'apiVersion', 'kind', 'name'), ...more })

export const eventPolicyShape = kind(
  'v1alpha1.EventPolicy',
  struct('v1alpha1.EventPolicySpec', {
    to: value(
      list(
        struct('v1alpha1.EventPolicySpecTo', {
          ref: pointer(policyReference('v1alpha1.EventPolicyToReference')),
          selector: pointer(
            struct('v1alpha1.EventPolicySelector', {
              ...embedded('LabelSelector', labelSelector.fields),
              ...embedded('TypeMeta', values(string, 'apiVersion', 'kind'))
            })
          )
        })
      )
    ),
    from: value(
      list(
        struct('v1alpha1.EventPolicySpecFrom', {
          ref: pointer(policyReference('v1alpha1.EventPolicyFromReference', { namespace: value(string) })),
          sub: pointer(string)
        })
      )
    ),
    filters: value(list(filter))
  }),
  struct('v1alpha1.EventPolicyStatus', { ...duckStatus, from: value(list(string)) })
)

const transformations = embedded('EventTransformations', {
  jsonata: pointer(struct('v1alpha1.JsonataEventTransformationSpec', { expression: value(string) }))
})

export const eventTransformShape = kind(
  'v1alpha1.EventTransform',
  struct('v1alpha1.EventTransformSpec', {
    sink: pointer(destination),
    reply: pointer(struct('v1alpha1.ReplySpec', { ...transformations, discard: pointer(bool) })),
    ...transformations
  }),
  struct('v1alpha1.EventTransformStatus', {
    ...sourceStatus,
    ...addressStatus,
    ...policiesStatus,
    jsonata: pointer(opaque('v1alpha1.JsonataEventTransformationStatus'))
  })
)

export const requestReplyShape = kind(
  'v1alpha1.RequestReply',
  struct('v1alpha1.RequestReplySpec', {
    brokerRef: always(reference),
    ...values(string, 'correlationAttribute', 'replyAttribute'),
    timeout: pointer(string),
    delivery: pointer(delivery)
  }),
  struct('v1alpha1.RequestReplyStatus', {
    ...duckStatus,
    ...addressStatus,
    ...policiesStatus,
    ...pointers(int32, 'desiredReplicas', 'readyReplicas')
  })
)
