/** Examples of what eventing's controller and data plane send to each other, with every field set. */
import { eventRouting } from '../index.ts'

const deliveries = [
  {
    subscriptionUid: 'c0ffee',
    lastError: '503 from http://sink.default.svc.cluster.local',
    failingSinceMs: 1_700_000_000_000,
    stuck: true,
    backlog: 12
  }
]
const destination = { url: 'https://sink.default.svc.cluster.local', caCerts: 'a certificate in PEM', audience: 'default/sink' }
const trigger = {
  key: 'default/hello',
  uid: 'beef',
  broker: 'default/default',
  filtersJson: '{"filters":[{"exact":{"type":"a"}}]}',
  subscriber: destination,
  format: 'json'
}

export const sampleEvents = {
  'knative.eventing.v1.DataPlaneReport': eventRouting.DataPlaneReport.fromPartial({
    pod: 'event-log-0',
    address: '10.244.0.7',
    roles: ['ingress', 'filter', 'channel'],
    appliedSequence: 70_000,
    deliveries
  }),
  'knative.eventing.v1.EventRoutingUpdate': eventRouting.EventRoutingUpdate.fromPartial({
    sequence: 7,
    complete: true,
    part: 2,
    continues: true,
    channels: [
      {
        key: 'default/hello',
        uid: 'abba',
        kind: 'InMemoryChannel',
        host: 'hello-kn-channel.default.svc.cluster.local',
        broker: 'default/default',
        eventTypeReference: {
          apiVersion: 'messaging.knative.dev/v1',
          kind: 'InMemoryChannel',
          namespace: 'default',
          name: 'hello',
          uid: 'abba'
        }
      }
    ],
    removedChannels: ['default/gone'],
    subscriptions: [
      {
        uid: 'c0ffee',
        key: 'default/hello',
        channel: 'default/hello',
        generation: 3,
        subscriber: destination,
        reply: destination,
        deadLetter: destination,
        retry: { retries: 10, policy: 'exponential', delayMs: 200, timeoutMs: 30_000, retryAfterMaxMs: 60_000 },
        ordered: true,
        trigger
      }
    ],
    removedSubscriptions: ['dead'],
    triggers: [trigger],
    removedTriggers: ['default/gone'],
    brokers: [{ key: 'default/default', uid: 'b0b', channel: 'default/default-kne-trigger', channelAddress: destination }],
    removedBrokers: ['default/gone'],
    jobSinks: [{ key: 'default/jobs', uid: 'f00d', jobJson: '{"spec":{}}' }],
    removedJobSinks: ['default/gone'],
    settings: {
      features: { 'eventtype-auto-create': 'enabled' },
      telemetry: {
        logLevel: 'debug',
        metricsProtocol: 'grpc',
        metricsEndpoint: 'collector:4317',
        metricsExportIntervalMs: 10_000,
        profiling: true,
        tracingProtocol: 'grpc',
        tracingEndpoint: 'collector:4317',
        tracingSamplingRate: 0.5,
        requestLog: true,
        requestLogTemplate: '{}',
        probeRequestLog: true
      },
      maxIdleConnections: 1000,
      maxIdleConnectionsPerHost: 100
    }
  }),
  'knative.eventing.v1.DataPlaneStates': eventRouting.DataPlaneStates.fromPartial({
    controller: 'eventing-controller-1',
    complete: true,
    pods: [
      {
        pod: 'event-log-0',
        address: '10.244.0.7',
        roles: ['channel'],
        connected: true,
        serving: { 'channel default/hello': '9f86d081884c7d65' },
        deliveries
      }
    ]
  }),
  'knative.eventing.v1.DataPlaneStatesReceipt': eventRouting.DataPlaneStatesReceipt.fromPartial({ messages: 4 })
} as const
