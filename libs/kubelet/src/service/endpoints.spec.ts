import { describe, expect, it } from '@jest/globals'
import type * as k8s from '@knative-ts/api/kubernetes'
import { endpointsOf } from './endpoints.ts'

const slice = (endpoints: k8s.Endpoint[], over: Partial<k8s.EndpointSlice> = {}): k8s.EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: {},
  addressType: 'IPv4',
  ports: [{ name: 'http', port: 8012 }],
  endpoints,
  ...over
})
const ready = { addresses: ['1.0.0.1'], conditions: { ready: true } }
const unready = { addresses: ['1.0.0.2'], conditions: { ready: false, serving: false } }
const ending = { addresses: ['1.0.0.3'], conditions: { ready: false, serving: true, terminating: true } }
const unsaid = { addresses: ['1.0.0.4'] }

describe('endpointsOf', () => {
  it.each([
    ['ready ones, and those that say nothing', [slice([ready, unready, ending, unsaid])], ['1.0.0.1', '1.0.0.4']],
    ['over all slices', [slice([ready]), slice([unsaid])], ['1.0.0.1', '1.0.0.4']],
    ['ending ones while none is ready', [slice([unready, ending])], ['1.0.0.3']],
    ['none', [slice([unready])], []],
    ['none of another port', [slice([ready], { ports: [{ name: 'grpc', port: 1 }] })], []],
    ['none of IPv6', [slice([ready], { addressType: 'IPv6' })], []]
  ])('are %s', (_, slices, hosts) => {
    expect(endpointsOf(slices, 'http')).toEqual(hosts.map((host) => ({ host, port: 8012 })))
  })
})
