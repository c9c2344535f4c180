import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type * as k8s from '@knative-ts/api/kubernetes'
import { Resolver } from 'node:dns/promises'
import { resolveName, type ServiceDirectory } from './cluster-zone.ts'
import { freePort } from '../network/free-port.ts'
import { DnsServer } from './dns-server.ts'
import { parseQuery, response } from './message.ts'
import { nameServersOf } from './upstream.ts'

const service = (spec: k8s.ServiceSpec): k8s.Service => ({ apiVersion: 'v1', kind: 'Service', metadata: {}, spec })
const known: Record<string, k8s.Service> = {
  'shop/web': service({ clusterIP: '10.96.0.5' }),
  'shop/db': service({ clusterIP: 'None' }),
  'shop/all': service({ clusterIP: 'None', publishNotReadyAddresses: true }),
  'shop/empty': service({ clusterIP: 'None' }),
  'shop/out': service({ type: 'ExternalName', externalName: 'web.shop.svc.cluster.local' })
}
const slice: k8s.EndpointSlice = {
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: {},
  addressType: 'IPv4',
  endpoints: [
    { addresses: ['10.88.0.2'], hostname: 'db-0', conditions: { ready: true } },
    { addresses: ['10.88.0.3'], hostname: 'db-1', conditions: { ready: false } }
  ]
}
const directory: ServiceDirectory = {
  service: (namespace, name) => known[`${namespace}/${name}`],
  slices: (_, name) => (name === 'db' || name === 'all' ? [slice] : [])
}

describe('resolveName', () => {
  it.each([
    ['web.shop.svc.cluster.local', { kind: 'addresses', addresses: ['10.96.0.5'] }],
    ['web.shop.svc', { kind: 'addresses', addresses: ['10.96.0.5'] }],
    ['x.web.shop.svc.cluster.local', { kind: 'missing' }],
    ['db.shop.svc.cluster.local', { kind: 'addresses', addresses: ['10.88.0.2'] }],
    ['db-0.db.shop.svc.cluster.local', { kind: 'addresses', addresses: ['10.88.0.2'] }],
    ['db-1.db.shop.svc.cluster.local', { kind: 'missing' }],
    ['all.shop.svc.cluster.local', { kind: 'addresses', addresses: ['10.88.0.2', '10.88.0.3'] }],
    ['empty.shop.svc.cluster.local', { kind: 'addresses', addresses: [] }],
    ['out.shop.svc.cluster.local', { kind: 'alias', target: 'web.shop.svc.cluster.local' }],
    ['none.shop.svc.cluster.local', { kind: 'missing' }],
    ['cluster.local', { kind: 'missing' }],
    ['example.com.cluster.local', { kind: 'missing' }],
    ['example.com', { kind: 'foreign' }]
  ])('finds %s', (name, expected) => expect(resolveName(name, directory)).toEqual(expected))
})

describe('a name server', () => {
  const at = { address: '127.0.0.1', port: 0 }
  let server: DnsServer
  const resolver = new Resolver({ timeout: 20_000, tries: 1 })

  beforeAll(async () => {
    at.port = await freePort(at.address)
    server = new DnsServer(at, directory, [])
    await server.start()
    resolver.setServers([`${at.address}:${at.port}`])
  })
  afterAll(() => server.close())

  it('answers for Services and follows aliases', async () => {
    expect(await resolver.resolve4('web.shop.svc.cluster.local')).toEqual(['10.96.0.5'])
    expect(await resolver.resolve4('WEB.shop.svc.cluster.local')).toEqual(['10.96.0.5'])
    expect(await resolver.resolve4('out.shop.svc.cluster.local')).toEqual(['10.96.0.5'])
  })
  it('has no IPv6 addresses, which is not the same as no name', async () => {
    await expect(resolver.resolve6('web.shop.svc.cluster.local')).rejects.toMatchObject({ code: 'ENODATA' })
  })
  it('knows at once that there is no such name, foreign ones too when there is nobody to ask', async () => {
    await expect(resolver.resolve4('none.shop.svc.cluster.local')).rejects.toMatchObject({ code: 'ENOTFOUND' })
    await expect(resolver.resolve4('example.com')).rejects.toMatchObject({ code: 'ENOTFOUND' })
  })
})

describe('messages', () => {
  it.each([
    ['empty', ''],
    ['short', '0000'],
    ['a response', '00018180000100000000000003777777000001 0001'.replace(' ', '')],
    ['a label beyond the end', '0001010000010000000000003f61'],
    ['a compression pointer', '000101000001000000000000c00c00010001']
  ])('that are no question are passed over: %s', (_, hex) => expect(parseQuery(Buffer.from(hex, 'hex'))).toBeUndefined())
  it('are cut at 512 bytes over UDP, and marked', () => {
    const question = parseQuery(Buffer.from('0007010000010000000000000177000001 0001'.replace(' ', ''), 'hex'))
    if (question === undefined) throw new Error('no question')
    const records = Array.from({ length: 60 }, (_, index) => ({ type: 'A' as const, name: 'w', address: `10.0.0.${index}` }))
    const cut = response(question, 0, records, true)
    expect(cut.length).toBeLessThanOrEqual(512)
    expect((cut[2] as number) & 2).toBe(2)
    expect(response(question, 0, records, false).readUInt16BE(6)).toBe(60)
  })
})

describe('nameServersOf', () => {
  it('reads IPv4 servers alone', () => {
    expect(nameServersOf('search x\nnameserver 10.0.0.2\n# nameserver 1.1.1.1\nnameserver fe80::1\n nameserver 10.0.0.3\n')).toEqual([
      '10.0.0.2',
      '10.0.0.3'
    ])
  })
})
