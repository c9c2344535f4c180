/** The kinds of Eventing that have a CustomResourceDefinition (reference 1). Loads zod: for generators. */
import { brokers } from '../eventing/broker/broker.ts'
import { brokerSpecSchema, brokerStatusSchema } from '../eventing/broker/broker.schema.ts'
import { eventPolicies } from '../eventing/event-policy/event-policy.ts'
import { eventPolicySpecSchema, eventPolicyStatusSchema } from '../eventing/event-policy/event-policy.schema.ts'
import { eventTransforms } from '../eventing/event-transform/event-transform.ts'
import { eventTransformSpecSchema, eventTransformStatusSchema } from '../eventing/event-transform/event-transform.schema.ts'
import { eventTypes } from '../eventing/event-type/event-type.ts'
import { eventTypeSpecSchema, eventTypeStatusSchema, eventTypeV1beta3SpecSchema } from '../eventing/event-type/event-type.schema.ts'
import { requestReplies } from '../eventing/request-reply/request-reply.ts'
import { requestReplySpecSchema, requestReplyStatusSchema } from '../eventing/request-reply/request-reply.schema.ts'
import { triggers } from '../eventing/trigger/trigger.ts'
import { triggerSpecSchema, triggerStatusSchema } from '../eventing/trigger/trigger.schema.ts'
import { parallels } from '../flows/parallel/parallel.ts'
import { parallelSpecSchema, parallelStatusSchema } from '../flows/parallel/parallel.schema.ts'
import { sequences } from '../flows/sequence/sequence.ts'
import { sequenceSpecSchema, sequenceStatusSchema } from '../flows/sequence/sequence.schema.ts'
import { channels } from '../messaging/channel/channel.ts'
import { channelSpecSchema, channelStatusSchema } from '../messaging/channel/channel.schema.ts'
import { inMemoryChannels } from '../messaging/in-memory-channel/in-memory-channel.ts'
import { inMemoryChannelSpecSchema, inMemoryChannelStatusSchema } from '../messaging/in-memory-channel/in-memory-channel.schema.ts'
import { subscriptions } from '../messaging/subscription/subscription.ts'
import { subscriptionSpecSchema, subscriptionStatusSchema } from '../messaging/subscription/subscription.schema.ts'
import { eventTypesAnnotation } from '../names/eventing-keys.ts'
import { integrationSinks } from '../sinks/integration-sink/integration-sink.ts'
import { integrationSinkSpecSchema, integrationSinkStatusSchema } from '../sinks/integration-sink/integration-sink.schema.ts'
import { jobSinks } from '../sinks/job-sink/job-sink.ts'
import { jobSinkSpecSchema, jobSinkStatusSchema } from '../sinks/job-sink/job-sink.schema.ts'
import { apiServerSources } from '../sources/api-server-source/api-server-source.ts'
import { apiServerSourceSpecSchema, apiServerSourceStatusSchema } from '../sources/api-server-source/api-server-source.schema.ts'
import { containerSources } from '../sources/container-source/container-source.ts'
import { containerSourceSpecSchema, containerSourceStatusSchema } from '../sources/container-source/container-source.schema.ts'
import { integrationSources } from '../sources/integration-source/integration-source.ts'
import { integrationSourceSpecSchema, integrationSourceStatusSchema } from '../sources/integration-source/integration-source.schema.ts'
import { pingSources } from '../sources/ping-source/ping-source.ts'
import { pingSourceSpecSchema, pingSourceStatusSchema } from '../sources/ping-source/ping-source.schema.ts'
import { sinkBindings } from '../sources/sink-binding/sink-binding.ts'
import { sinkBindingSpecSchema, sinkBindingStatusSchema } from '../sources/sink-binding/sink-binding.schema.ts'
import { column, readiness, type DefinedKind } from './defined-kind.ts'
import { apiServerSourceEvents, pingSourceEvents } from './source-events.ts'

const age = column('Age', '.metadata.creationTimestamp', 'date')
const url = column('URL', '.status.address.url')
const sink = column('Sink', '.status.sinkUri')
const aged = [age, ...readiness]
const addressed = [url, ...aged]
const sent = [sink, ...aged]

const addressable = { 'duck.knative.dev/addressable': 'true' }
const channel = { ...addressable, 'messaging.knative.dev/subscribable': 'true' }
const source = { 'duck.knative.dev/source': 'true', 'eventing.knative.dev/source': 'true' }

const eventing = ['all', 'knative', 'eventing']
const messaging = ['all', 'knative', 'messaging']
const flows = ['all', 'knative', 'flows']
const sources = ['all', 'knative', 'sources']
const sinks = ['all', 'knative', 'eventing', 'sink']

const typeColumns = (type: string, from: string, schema: readonly ReturnType<typeof column>[] = []) => [
  column('Type', type),
  column('Source', from),
  ...schema,
  column('Reference Name', '.spec.reference.name'),
  column('Reference Kind', '.spec.reference.kind'),
  column('Description', '.spec.description'),
  ...readiness
]
const storedTypeColumns = typeColumns('.spec.type', '.spec.source', [column('Schema', '.spec.schema')])
const attribute = (name: string): string => `.spec.attributes[?(@.name=='${name}')].value`

export const eventingDefinedKinds: readonly DefinedKind[] = [
  {
    resource: brokers,
    description: 'Broker takes events in and hands them to its Triggers.',
    shortNames: [],
    categories: eventing,
    columns: [...addressed, { ...column('Class', String.raw`.metadata.annotations.eventing\.knative\.dev/broker\.class`), priority: 1 }],
    labels: addressable,
    spec: brokerSpecSchema,
    status: brokerStatusSchema
  },
  {
    resource: triggers,
    description: 'Trigger sends the events of a Broker that pass a filter to a subscriber.',
    shortNames: [],
    categories: eventing,
    columns: [column('Broker', '.spec.broker'), column('Subscriber_URI', '.status.subscriberUri'), ...aged],
    spec: triggerSpecSchema,
    status: triggerStatusSchema
  },
  {
    resource: eventTypes,
    description: 'EventType describes events that can be had from somewhere.',
    shortNames: [],
    categories: eventing,
    columns: storedTypeColumns,
    spec: eventTypeSpecSchema,
    status: eventTypeStatusSchema,
    otherVersions: [
      { version: 'v1beta3', spec: eventTypeV1beta3SpecSchema, columns: typeColumns(attribute('type'), attribute('source')) },
      {
        version: 'v1beta1',
        spec: eventTypeSpecSchema,
        columns: storedTypeColumns,
        deprecationWarning:
          'eventing.knative.dev/v1beta1 EventType is deprecated; see https://knative.dev/docs/eventing/event-registry/ for instructions to migrate to eventing.knative.dev/v1beta2 EventType'
      }
    ]
  },
  {
    resource: eventPolicies,
    description: 'EventPolicy says who may send events to what.',
    shortNames: [],
    categories: eventing,
    columns: readiness,
    spec: eventPolicySpecSchema,
    status: eventPolicyStatusSchema
  },
  {
    resource: eventTransforms,
    description: 'EventTransform changes events on their way, by an expression.',
    shortNames: [],
    categories: eventing,
    columns: [url, sink, ...readiness],
    labels: addressable,
    spec: eventTransformSpecSchema,
    status: eventTransformStatusSchema
  },
  {
    resource: requestReplies,
    description: 'RequestReply sends an event to a Broker and answers with the event that replies to it.',
    shortNames: ['rr'],
    categories: eventing,
    columns: [url, ...readiness],
    spec: requestReplySpecSchema,
    status: requestReplyStatusSchema
  },
  {
    resource: channels,
    description: 'Channel takes events in and hands them to its Subscriptions; a channel of the kind of its template does the work.',
    shortNames: ['ch'],
    categories: [...messaging, 'channel'],
    columns: addressed,
    labels: channel,
    spec: channelSpecSchema,
    status: channelStatusSchema
  },
  {
    resource: inMemoryChannels,
    description: 'InMemoryChannel is the default channel. Here it is durable: its events are in the event log.',
    shortNames: ['imc'],
    categories: [...messaging, 'channel'],
    columns: addressed,
    labels: channel,
    spec: inMemoryChannelSpecSchema,
    status: inMemoryChannelStatusSchema
  },
  {
    resource: subscriptions,
    description: 'Subscription sends the events of a channel to a subscriber, and its answers to somebody else.',
    shortNames: ['sub'],
    categories: messaging,
    columns: aged,
    spec: subscriptionSpecSchema,
    status: subscriptionStatusSchema
  },
  {
    resource: sequences,
    description: 'Sequence sends an event through steps, the answer of each to the next.',
    shortNames: [],
    categories: flows,
    columns: addressed,
    labels: addressable,
    spec: sequenceSpecSchema,
    status: sequenceStatusSchema
  },
  {
    resource: parallels,
    description: 'Parallel sends an event into branches, each with a filter of its own.',
    shortNames: [],
    categories: flows,
    columns: addressed,
    labels: addressable,
    spec: parallelSpecSchema,
    status: parallelStatusSchema
  },
  {
    resource: apiServerSources,
    description: 'ApiServerSource sends an event for each change of objects of the Kubernetes API.',
    shortNames: [],
    categories: sources,
    columns: sent,
    labels: source,
    annotations: { [eventTypesAnnotation]: apiServerSourceEvents },
    spec: apiServerSourceSpecSchema,
    status: apiServerSourceStatusSchema
  },
  {
    resource: pingSources,
    description: 'PingSource sends an event at the times of a schedule.',
    shortNames: [],
    categories: sources,
    columns: [sink, column('Schedule', '.spec.schedule'), ...aged],
    labels: source,
    annotations: { [eventTypesAnnotation]: pingSourceEvents },
    spec: pingSourceSpecSchema,
    status: pingSourceStatusSchema,
    otherVersions: [
      {
        version: 'v1beta2',
        spec: pingSourceSpecSchema,
        columns: [sink, column('Schedule', '.spec.schedule'), ...aged],
        deprecationWarning:
          'sources.knative.dev/v1beta2 PingSource is deprecated; see https://knative.dev/docs/eventing/sources/ping-source/ for instructions to migrate to sources.knative.dev/v1 PingSource'
      }
    ]
  },
  {
    resource: containerSources,
    description: 'ContainerSource runs a container of yours that sends events.',
    shortNames: [],
    categories: sources,
    columns: sent,
    labels: source,
    spec: containerSourceSpecSchema,
    status: containerSourceStatusSchema
  },
  {
    resource: sinkBindings,
    description: 'SinkBinding tells the containers of other objects where they send their events.',
    shortNames: [],
    categories: [...sources, 'bindings'],
    columns: sent,
    labels: { ...source, 'duck.knative.dev/binding': 'true' },
    spec: sinkBindingSpecSchema,
    status: sinkBindingStatusSchema
  },
  {
    resource: integrationSources,
    description: 'IntegrationSource sends events of a timer or of a service of AWS.',
    shortNames: [],
    categories: sources,
    columns: sent,
    labels: source,
    spec: integrationSourceSpecSchema,
    status: integrationSourceStatusSchema
  },
  {
    resource: jobSinks,
    description: 'JobSink runs a Job for each event.',
    shortNames: [],
    categories: sinks,
    columns: addressed,
    labels: addressable,
    spec: jobSinkSpecSchema,
    status: jobSinkStatusSchema
  },
  {
    resource: integrationSinks,
    description: 'IntegrationSink writes events to a log or to a service of AWS.',
    shortNames: [],
    categories: sinks,
    columns: addressed,
    labels: addressable,
    spec: integrationSinkSpecSchema,
    status: integrationSinkStatusSchema
  }
]
