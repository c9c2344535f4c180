import { describe, expect, it } from '@jest/globals'
import { otlpEndpoint } from './otlp-endpoint.ts'
import { prometheusName } from './prometheus-name.ts'
import { urlTemplate } from './url-template.ts'

describe('the name in Prometheus text', () => {
  it.each([
    ['kn.workqueue.queue.duration', 's', false, 'kn_workqueue_queue_duration_seconds'],
    ['process.memory.usage', 'By', false, 'process_memory_usage_bytes'],
    ['kn.revision.pods.not_ready.count', '{pod}', true, 'kn_revision_pods_not_ready_count'],
    ['kn.revision.rps.stable', '{request}/s', true, 'kn_revision_rps_stable'],
    ['process.cpu.utilization', '1', true, 'process_cpu_utilization_ratio'],
    ['kn.things', '1', false, 'kn_things'],
    ['kn.kept.seconds', 's', true, 'kn_kept_seconds'],
    ['kn.plain', '', true, 'kn_plain']
  ])('of %s in %j is upstream’s (gauge: %j): %s', (name, unit, isGauge, expected) => {
    expect(prometheusName(name, unit, isGauge)).toBe(expected)
  })
})

describe('the template of a path', () => {
  it.each([
    ['/api/v1/namespaces/default/pods/hello-1', '/api/v1/namespaces/{namespace}/pods/{name}'],
    ['/api/v1/namespaces/default/pods/hello-1/log?tailLines=5', '/api/v1/namespaces/{namespace}/pods/{name}/log'],
    ['/api/v1/namespaces/default/pods?watch=true', '/api/v1/namespaces/{namespace}/pods'],
    ['/api/v1/namespaces/default', '/api/v1/namespaces/{name}'],
    ['/api/v1/nodes/one/status', '/api/v1/nodes/{name}/status'],
    [
      '/apis/serving.knative.dev/v1/namespaces/a/services/b/status',
      '/apis/serving.knative.dev/v1/namespaces/{namespace}/services/{name}/status'
    ],
    ['/apis/serving.knative.dev/v1/services?limit=500', '/apis/serving.knative.dev/v1/services'],
    ['/version', '/version'],
    ['/apis', '/apis']
  ])('%s is %s', (path, expected) => {
    expect(urlTemplate(path)).toBe(expected)
  })
})

describe('an OTLP endpoint', () => {
  it.each([
    ['http://collector:4318', 'http/protobuf', { url: 'http://collector:4318/v1/metrics' }],
    ['http://collector:4318/own/path', 'http/protobuf', { url: 'http://collector:4318/own/path' }],
    ['collector:4318', 'http/protobuf', { url: 'https://collector:4318/v1/metrics' }],
    ['http://collector:4317', 'grpc', { url: 'http://collector:4317' }],
    ['collector:4317', 'grpc', { url: 'https://collector:4317' }]
  ] as const)('%s by %s is %j', (text, protocol, expected) => {
    expect(otlpEndpoint(text, protocol, '/v1/metrics')).toEqual(expected)
  })

  it('that is no address is told to whoever wrote it', () => {
    expect(otlpEndpoint('http://', 'grpc', '/v1/metrics')).toEqual({
      problem: '"http://" is not an address: use http://HOST:PORT or https://HOST:PORT'
    })
  })
})
