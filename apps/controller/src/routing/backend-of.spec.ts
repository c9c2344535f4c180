import { describe, expect, it } from '@jest/globals'
import { endpointSlice, kubeService, pod } from '@knative-ts/testing'
import { backendOf } from './backend-of.ts'
import type { SecureWorld } from './secured-addresses-of.ts'

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
const nobody: SecureWorld = { trusted: false, podOf: () => undefined }
const of = (key: string, ...slices: (typeof slice)[]) => backendOf(key, service, slices, 'knative-serving', nobody)

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
    expect(backendOf('default/hello:80', undefined, [slice], '', nobody).addresses).toEqual([])
    expect(of('default/hello:9', slice).addresses).toEqual([])
    expect(of('default/hello:80').addresses).toEqual([])
  })
  it('leads to the name of an ExternalName Service', () =>
    expect(
      backendOf('d/x:80', kubeService({ spec: { type: 'ExternalName', externalName: 'a.b.c', ports: [{ port: 80 }] } }), [], '', nobody)
        .addresses
    ).toEqual(['a.b.c:80']))
  it('leads to the name of an ExternalName Service that lists no ports', () => {
    const elsewhere = kubeService({ spec: { type: 'ExternalName', externalName: 'a.b.c', ports: [] } })
    expect(backendOf('d/x:80', elsewhere, [], '', nobody)).toMatchObject({ addresses: ['a.b.c:80'], h2c: false })
    expect(backendOf('d/x:http', elsewhere, [], '', nobody).addresses).toEqual([])
  })
  it('brackets an IPv6 address', () =>
    expect(
      of(
        'default/hello:80',
        endpointSlice({ addressType: 'IPv6', endpoints: [{ addresses: ['fd00::1'] }], ports: [{ name: 'http', port: 8012 }] })
      ).addresses
    ).toEqual(['[fd00::1]:8012']))
})

describe('a revision’s port for TLS', () => {
  const revisions = (...ports: object[]) =>
    kubeService({
      metadata: { labels: { 'networking.internal.knative.dev/serviceType': 'Public' } },
      spec: { ports: [...ports, { name: 'https', port: 443, targetPort: 8112 }] as never }
    })
  const http = { name: 'http', port: 80, targetPort: 8012 }
  const http2 = { name: 'http2', port: 81, targetPort: 8013, appProtocol: 'kubernetes.io/h2c' }
  const ports = [
    { name: 'http', port: 8012 },
    { name: 'https', port: 8112 }
  ]
  const behind = (name: string, address: string, namespace = 'default') => ({
    addresses: [address],
    targetRef: { kind: 'Pod', namespace, name }
  })
  const pods = endpointSlice({ endpoints: [behind('able', '10.0.0.1'), behind('old', '10.0.0.2'), behind('unknown', '10.0.0.3')], ports })
  const activators = endpointSlice({ endpoints: [behind('activator-1', 'fd00::4', 'knative-serving')], ports })
  const certificate = { name: 'queue-proxy', volumeMounts: [{ name: 'server-certs', mountPath: '/var/lib/knative/certs' }] }
  const known = {
    able: pod({ spec: { containers: [{ name: 'user-container' }, certificate] } as never }),
    old: pod({ spec: { containers: [{ name: 'user-container' }, { name: 'queue-proxy' }] } as never })
  }
  const world: SecureWorld = { trusted: true, podOf: ({ name }) => known[name as keyof typeof known] }
  const at = (slice: typeof pods, secure = world, service = revisions(http)) =>
    backendOf('default/hello:443', service, [slice], 'knative-serving', secure)

  it('leads to pods by the name of their namespace, to those without a certificate plainly, and not yet to unknown ones', () =>
    expect(at(pods)).toEqual({
      key: 'default/hello:443',
      addresses: ['10.0.0.2:8012', 'kn-user-default@10.0.0.1:8112'],
      h2c: false,
      activators: false
    }))
  it('leads to activators by the roles’ name', () =>
    expect(at(activators)).toMatchObject({ addresses: ['kn-routing@[fd00::4]:8112'], activators: true }))
  it('leads where it can while nobody is trusted yet', () => {
    expect(at(activators, { ...world, trusted: false }).addresses).toEqual(['[fd00::4]:8012'])
    expect(at(pods, { ...world, trusted: false }).addresses).toEqual(['10.0.0.1:8012', '10.0.0.2:8012'])
  })
  it('leads plainly to those whose endpoints do not have it', () =>
    expect(at({ ...activators, ports: [{ name: 'http', port: 8012 }] }).addresses).toEqual(['[fd00::4]:8012']))
  it('speaks HTTP/2 where the revision does', () => {
    const slice = { ...pods, ports: [{ name: 'http2', port: 8013 }, ports[1] ?? {}] }
    expect(at(slice, world, revisions(http2))).toMatchObject({ addresses: ['10.0.0.2:8013', 'kn-user-default@10.0.0.1:8112'], h2c: true })
  })
  it('of any other Service is a port like others', () =>
    expect(
      backendOf('default/x:443', kubeService({ spec: { ports: [{ name: 'https', port: 443 }] } }), [pods], 'knative-serving', world)
        .addresses
    ).toEqual(['10.0.0.1:8112', '10.0.0.2:8112', '10.0.0.3:8112']))
})
