/** One message of each kind that roles send to each other, with every field set: what a release is recorded with. */
import { routing, stats } from '../index.ts'
import { sampleEvents } from './sample-events.ts'

/** Name in its .proto file, to an example. Only what is sent as a message of its own: the rest is inside of those. */
export const sampleMessages = {
  'knative.autoscaling.v1.WireStatMessages': stats.WireStatMessages.fromPartial({
    messages: [
      {
        namespace: 'default',
        name: 'hello-00001',
        stat: {
          podName: 'activator-1',
          averageConcurrentRequests: 2.5,
          averageProxiedConcurrentRequests: 1.5,
          requestCount: 20,
          proxiedRequestCount: 10,
          processUptime: 3.75,
          timestamp: 1_700_000_000_000_000_000n
        }
      }
    ]
  }),
  'knative.autoscaling.v1.Stat': stats.Stat.fromPartial({ podName: 'hello-00001-1', averageConcurrentRequests: 1, requestCount: 3 }),
  'knative.autoscaling.v1.StatReceipt': stats.StatReceipt.fromPartial({ batches: 300 }),
  'knative.routing.v1.GatewayReport': routing.GatewayReport.fromPartial({
    gateway: 'gateway-1',
    address: '10.244.0.6',
    appliedSequence: 70_000
  }),
  'knative.routing.v1.RoutingUpdate': routing.RoutingUpdate.fromPartial({
    sequence: 7,
    complete: true,
    ingresses: [
      {
        key: 'default/hello',
        version: '9f86d081884c7d65',
        rules: [
          {
            hosts: ['hello.default.example.com', 'hello.example.com'],
            clusterLocal: true,
            paths: [
              {
                path: '/api',
                matchHeaders: { 'Knative-Serving-Tag': 'blue' },
                appendHeaders: { 'K-Network-Hash': 'override' },
                rewriteHost: 'hello.default.svc.cluster.local',
                splits: [
                  {
                    backend: 'default/hello-00001:80',
                    percent: 90,
                    appendHeaders: { 'Knative-Serving-Namespace': 'default', 'Knative-Serving-Revision': 'hello-00001' }
                  },
                  { backend: 'default/hello-00002:81', percent: 10, appendHeaders: {} }
                ]
              }
            ]
          }
        ],
        httpOption: 'Redirected',
        tls: [{ hosts: ['hello.default.example.com'], certificate: 'default/hello-tls' }]
      }
    ],
    removedIngresses: ['default/gone'],
    backends: [
      {
        key: 'default/hello-00001:80',
        addresses: ['10.244.0.7:8012', '[fd00::7]:8012', 'kn-user-default@10.244.0.8:8112'],
        h2c: true,
        activators: true
      },
      { key: 'default/hello-00002:81', addresses: [] }
    ],
    removedBackends: ['default/gone-00001:80'],
    certificates: [{ key: 'default/hello-tls', chain: 'a chain in PEM', privateKey: 'a key in PEM' }],
    removedCertificates: ['default/gone-tls'],
    part: 2,
    continues: true,
    telemetry: {
      logLevel: 'debug',
      metricsProtocol: 'http/protobuf',
      metricsEndpoint: 'http://collector:4318/v1/metrics',
      metricsExportIntervalMs: 60_000,
      profiling: true,
      tracingProtocol: 'grpc',
      tracingEndpoint: 'collector:4317',
      tracingSamplingRate: 0.25,
      requestLog: true,
      requestLogTemplate: '{{.Request.URL}}',
      probeRequestLog: true
    },
    trust: { authorities: 'authorities in PEM' }
  }),
  'knative.routing.v1.GatewayStates': routing.GatewayStates.fromPartial({
    controller: 'controller-1',
    gateways: [
      { gateway: 'gateway-1', address: '10.244.0.6', connected: true, serving: { 'default/gone': '', 'default/hello': '9f86d081884c7d65' } }
    ],
    complete: true
  }),
  'knative.routing.v1.GatewayStatesReceipt': routing.GatewayStatesReceipt.fromPartial({ messages: 4 }),
  ...sampleEvents
} as const

export type MessageName = keyof typeof sampleMessages
