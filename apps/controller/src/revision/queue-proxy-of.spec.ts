import { describe, expect, it } from '@jest/globals'
import { revision } from '@knative-ts/testing'
import { queueProxyResourcesOf } from './queue-proxy-resources-of.ts'
import { queueProxyProbeOf, servingReadinessProbe } from './readiness-probe.ts'
import { lockedDown, type QueueProxySettings } from './revision-settings.ts'

const settings = { requests: { cpu: '25m' }, limits: {}, securityContext: lockedDown } as unknown as QueueProxySettings
const of = (annotations: Record<string, string>, resources: object = {}) =>
  queueProxyResourcesOf(
    revision({ metadata: { annotations }, spec: { containers: [{ name: 'c', image: 'i', resources }] } as never }),
    settings
  )
const percentage = { 'queue.sidecar.serving.knative.dev/resource-percentage': '10' }

describe('resources of the queue-proxy', () => {
  it.each([
    ['are the ConfigMap’s', {}, {}, { requests: { cpu: '25m' } }],
    [
      'are a share of the user’s, within bounds',
      percentage,
      { requests: { cpu: '500m', memory: '1Gi' }, limits: { cpu: '10' } },
      { requests: { cpu: '50m', memory: '107374182' }, limits: { cpu: '500m' } }
    ],
    ['never fall below the least', percentage, { requests: { cpu: '1m' } }, { requests: { cpu: '25m' } }],
    [
      'are what annotations say outright',
      {
        ...percentage,
        'queue.sidecar.serving.knative.dev/cpu-resource-request': '77m',
        'queue.sidecar.serving.knative.dev/memory-resource-limit': '9Mi'
      },
      { requests: { cpu: '500m' } },
      { requests: { cpu: '77m' }, limits: { memory: '9Mi' } }
    ]
  ])('%s', (_, annotations, resources, wanted) => expect(of(annotations, resources)).toEqual(wanted))
})

const probed = (readinessProbe: object, ...others: object[]) =>
  revision({ spec: { containers: [{ name: 'user', image: 'i', ports: [{ containerPort: 9000 }], readinessProbe }, ...others] } as never })

describe('readiness probe', () => {
  it.each<[string, object, string]>([
    [
      'of a port that defaulting left open',
      { tcpSocket: { port: 0 }, successThreshold: 1 },
      '{"tcpSocket":{"port":9000,"host":"127.0.0.1"},"successThreshold":1}'
    ],
    [
      'over HTTP, as recorded',
      { httpGet: { path: '/healthz' }, periodSeconds: 1, failureThreshold: 3, successThreshold: 1 },
      '{"httpGet":{"path":"/healthz","port":9000,"host":"127.0.0.1","scheme":"HTTP"},"timeoutSeconds":1,"periodSeconds":1,"successThreshold":1,"failureThreshold":3}'
    ],
    ['of another port', { tcpSocket: { port: 7 } }, '{"tcpSocket":{"port":7,"host":"127.0.0.1"}}'],
    ['by command becomes an open port', { exec: { command: ['x'] } }, '{"tcpSocket":{"port":9000,"host":"127.0.0.1"}}'],
    ['over gRPC', { grpc: { port: 0, service: 's' } }, '{"grpc":{"port":9000,"service":"s"}}']
  ])('%s', (_, probe, json) => expect(servingReadinessProbe(probed(probe), false)).toBe(json))

  it('of several containers is a list', () =>
    expect(
      servingReadinessProbe(
        probed({ tcpSocket: { port: 0 } }, { name: 'side', readinessProbe: { tcpSocket: { port: 5 } } }, { name: 'quiet' }),
        true
      )
    ).toBe('[{"tcpSocket":{"port":9000,"host":"127.0.0.1"}},{"tcpSocket":{"port":5,"host":"127.0.0.1"}}]'))
  it('of a sidecar must name its port', () =>
    expect(() => servingReadinessProbe(probed({}, { name: 'side', readinessProbe: { tcpSocket: {} } }), true)).toThrow(
      'sidecar readiness probe does not define probe port on container: side'
    ))
  it('is asked of the queue-proxy with the user’s timings', () =>
    expect(queueProxyProbeOf(probed({ httpGet: { path: '/x' }, periodSeconds: 7 }))).toEqual({
      periodSeconds: 7,
      httpGet: { port: 8012, path: '/', httpHeaders: [{ name: 'K-Network-Probe', value: 'queue' }] }
    }))
})
