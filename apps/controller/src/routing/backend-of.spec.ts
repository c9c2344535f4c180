import { describe, expect, it } from '@jest/globals'
import { endpointSlice, kubeService } from '@knative-ts/testing'
import { backendOf } from './backend-of.ts'

const service = kubeService({
  spec: {
    ports: [
      { name: 'http', port: 80, targetPort: 8012 },
      { name: 'http2', port: 81, targetPort: 8013, appProtocol: 'kubernetes.io/h2c' }
    ]
  }
})
const slice = endpointSlice({
  endpoints: [
    { addresses: ['10.0.0.2'], conditions: { ready: true } },
    { addresses: ['10.0.0.1'] },
    { addresses: ['10.0.0.3'], conditions: { ready: false } }
  ],
  ports: [
    { name: 'http', port: 8012 },
    { name: 'http2', port: 8013 }
  ]
})
const ofActivators = endpointSlice({
  endpoints: [{ addresses: ['10.0.0.4'], targetRef: { kind: 'Pod', namespace: 'knative-serving', name: 'activator-1' } }],
  ports: [{ name: 'http', port: 8012 }]
})
const of = (key: string, ...slices: (typeof slice)[]) => backendOf(key, service, slices, 'knative-serving')

describe('backend', () => {
  it('has the ready addresses, sorted, at the number behind the port', () =>
    expect(of('default/hello:80', slice)).toEqual({
      key: 'default/hello:80',
      addresses: ['10.0.0.1:8012', '10.0.0.2:8012'],
      h2c: false,
      activators: false
    }))
  it('speaks h2c where the Service says so', () =>
    expect(of('default/hello:81', slice)).toMatchObject({ addresses: ['10.0.0.1:8013', '10.0.0.2:8013'], h2c: true }))
  it('takes a port by name', () => expect(of('default/hello:http', slice).addresses).toHaveLength(2))
  it('knows activators by their pods', () =>
    expect(of('default/hello:80', ofActivators)).toMatchObject({ addresses: ['10.0.0.4:8012'], activators: true }))
  it('is empty without the Service, the port or endpoints', () => {
    expect(backendOf('default/hello:80', undefined, [slice], '').addresses).toEqual([])
    expect(of('default/hello:9', slice).addresses).toEqual([])
    expect(of('default/hello:80').addresses).toEqual([])
  })
  it('leads to the name of an ExternalName Service', () =>
    expect(
      backendOf('d/x:80', kubeService({ spec: { type: 'ExternalName', externalName: 'a.b.c', ports: [{ port: 80 }] } }), [], '').addresses
    ).toEqual(['a.b.c:80']))
  it('brackets an IPv6 address', () =>
    expect(
      of(
        'default/hello:80',
        endpointSlice({ addressType: 'IPv6', endpoints: [{ addresses: ['fd00::1'] }], ports: [{ name: 'http', port: 8012 }] })
      ).addresses
    ).toEqual(['[fd00::1]:8012']))
})
