import { defaultParallel } from '../../flows/parallel/parallel.defaults.ts'
import { validateParallel } from '../../flows/parallel/parallel.rules.ts'
import { parallels } from '../../flows/parallel/parallel.ts'
import { defaultSequence } from '../../flows/sequence/sequence.defaults.ts'
import { validateSequence } from '../../flows/sequence/sequence.rules.ts'
import { sequences } from '../../flows/sequence/sequence.ts'
import {
  brokerShape,
  eventPolicyShape,
  eventTransformShape,
  eventTypeV1beta1Shape,
  eventTypeV1beta2Shape,
  requestReplyShape,
  triggerShape
} from '../../decoding/eventing-shape.ts'
import { channelShape, inMemoryChannelShape, parallelShape, sequenceShape, subscriptionShape } from '../../decoding/messaging-shape.ts'
import {
  apiServerSourceShape,
  containerSourceShape,
  integrationSinkShape,
  integrationSourceShape,
  jobSinkShape,
  pingSourceShape,
  pingSourceV1beta2Shape,
  sinkBindingShape
} from '../../decoding/sources-shape.ts'
import { defaultBroker } from '../../eventing/broker/broker.defaults.ts'
import { validateBroker } from '../../eventing/broker/broker.rules.ts'
import { brokers } from '../../eventing/broker/broker.ts'
import { defaultEventPolicy } from '../../eventing/event-policy/event-policy.defaults.ts'
import { validateEventPolicy } from '../../eventing/event-policy/event-policy.rules.ts'
import { eventPolicies } from '../../eventing/event-policy/event-policy.ts'
import { validateEventTransform } from '../../eventing/event-transform/event-transform.rules.ts'
import { eventTransforms } from '../../eventing/event-transform/event-transform.ts'
import { defaultEventType } from '../../eventing/event-type/event-type.defaults.ts'
import { validateEventType, validateEventTypeV1beta1 } from '../../eventing/event-type/event-type.rules.ts'
import { eventTypes, eventTypesV1beta1 } from '../../eventing/event-type/event-type.ts'
import { defaultRequestReply } from '../../eventing/request-reply/request-reply.defaults.ts'
import { validateRequestReply } from '../../eventing/request-reply/request-reply.rules.ts'
import { requestReplies } from '../../eventing/request-reply/request-reply.ts'
import { defaultTrigger } from '../../eventing/trigger/trigger.defaults.ts'
import { validateTrigger } from '../../eventing/trigger/trigger.rules.ts'
import { triggers } from '../../eventing/trigger/trigger.ts'
import { defaultChannel } from '../../messaging/channel/channel.defaults.ts'
import { validateChannel } from '../../messaging/channel/channel.rules.ts'
import { channels } from '../../messaging/channel/channel.ts'
import { defaultInMemoryChannel } from '../../messaging/in-memory-channel/in-memory-channel.defaults.ts'
import { validateInMemoryChannel } from '../../messaging/in-memory-channel/in-memory-channel.rules.ts'
import { inMemoryChannels } from '../../messaging/in-memory-channel/in-memory-channel.ts'
import { defaultSubscription } from '../../messaging/subscription/subscription.defaults.ts'
import { validateSubscription } from '../../messaging/subscription/subscription.rules.ts'
import { subscriptions } from '../../messaging/subscription/subscription.ts'
import { validateIntegrationSink } from '../../sinks/integration-sink/integration-sink.rules.ts'
import { integrationSinks } from '../../sinks/integration-sink/integration-sink.ts'
import { defaultJobSink } from '../../sinks/job-sink/job-sink.defaults.ts'
import { validateJobSink } from '../../sinks/job-sink/job-sink.rules.ts'
import { jobSinks } from '../../sinks/job-sink/job-sink.ts'
import { defaultApiServerSource } from '../../sources/api-server-source/api-server-source.defaults.ts'
import { validateApiServerSource } from '../../sources/api-server-source/api-server-source.rules.ts'
import { apiServerSources } from '../../sources/api-server-source/api-server-source.ts'
import { defaultContainerSource } from '../../sources/container-source/container-source.defaults.ts'
import { validateContainerSource } from '../../sources/container-source/container-source.rules.ts'
import { containerSources } from '../../sources/container-source/container-source.ts'
import { validateIntegrationSource } from '../../sources/integration-source/integration-source.rules.ts'
import { integrationSources } from '../../sources/integration-source/integration-source.ts'
import { defaultPingSource } from '../../sources/ping-source/ping-source.defaults.ts'
import { validatePingSource } from '../../sources/ping-source/ping-source.rules.ts'
import { pingSources, pingSourcesV1beta2 } from '../../sources/ping-source/ping-source.ts'
import { defaultSinkBinding } from '../../sources/sink-binding/sink-binding.defaults.ts'
import { validateSinkBinding } from '../../sources/sink-binding/sink-binding.rules.ts'
import { sinkBindings } from '../../sources/sink-binding/sink-binding.ts'
import { strictKind, type AdmittedKind } from '../admitted-kind.ts'
import type { EventingAdmissionConfig } from './eventing-context.ts'
import { withUsers } from './users.ts'

const pingSource = { fillIn: defaultPingSource, validate: validatePingSource }

/**
 * The kinds of Eventing that the webhook is asked about. EventType v1beta3 is not among them: the API server asks about v1beta2 in its place
 * (matchPolicy Equivalent), as upstream.
 */
export const eventingKinds: readonly AdmittedKind<EventingAdmissionConfig>[] = [
  strictKind({ resource: brokers, shape: brokerShape, fillIn: defaultBroker, validate: validateBroker }),
  strictKind({ resource: triggers, shape: triggerShape, fillIn: defaultTrigger, validate: validateTrigger }),
  strictKind({ resource: eventTypes, shape: eventTypeV1beta2Shape, fillIn: defaultEventType, validate: validateEventType }),
  strictKind({ resource: eventTypesV1beta1, shape: eventTypeV1beta1Shape, fillIn: defaultEventType, validate: validateEventTypeV1beta1 }),
  strictKind({ resource: eventPolicies, shape: eventPolicyShape, fillIn: defaultEventPolicy, validate: validateEventPolicy }),
  strictKind({ resource: eventTransforms, shape: eventTransformShape, fillIn: withUsers, validate: validateEventTransform }),
  strictKind({ resource: requestReplies, shape: requestReplyShape, fillIn: defaultRequestReply, validate: validateRequestReply }),
  strictKind({ resource: channels, shape: channelShape, fillIn: defaultChannel, validate: validateChannel }),
  strictKind({
    resource: inMemoryChannels,
    shape: inMemoryChannelShape,
    fillIn: defaultInMemoryChannel,
    validate: validateInMemoryChannel
  }),
  strictKind({ resource: subscriptions, shape: subscriptionShape, fillIn: defaultSubscription, validate: validateSubscription }),
  strictKind({ resource: sequences, shape: sequenceShape, fillIn: defaultSequence, validate: validateSequence }),
  strictKind({ resource: parallels, shape: parallelShape, fillIn: defaultParallel, validate: validateParallel }),
  strictKind({ resource: pingSources, shape: pingSourceShape, ...pingSource }),
  strictKind({ resource: pingSourcesV1beta2, shape: pingSourceV1beta2Shape, ...pingSource }),
  strictKind({
    resource: apiServerSources,
    shape: apiServerSourceShape,
    fillIn: defaultApiServerSource,
    validate: validateApiServerSource
  }),
  strictKind({
    resource: containerSources,
    shape: containerSourceShape,
    fillIn: defaultContainerSource,
    validate: validateContainerSource
  }),
  strictKind({ resource: sinkBindings, shape: sinkBindingShape, fillIn: defaultSinkBinding, validate: validateSinkBinding }),
  strictKind({ resource: integrationSources, shape: integrationSourceShape, fillIn: withUsers, validate: validateIntegrationSource }),
  strictKind({ resource: jobSinks, shape: jobSinkShape, fillIn: defaultJobSink, validate: validateJobSink }),
  strictKind({ resource: integrationSinks, shape: integrationSinkShape, fillIn: withUsers, validate: validateIntegrationSink })
]
