import { describe, expect, it } from '@jest/globals'
import type { EndpointSlice } from '@knative-ts/api/kubernetes'
import { kubeService, readyPod } from '@knative-ts/testing'
import { planSlices } from './endpoint-slice.plan.ts'

const ready = (name: string, ip = '10.88.0.5', overrides: object = {}) =>
  readyPod({ metadata: { name }, status: { podIP: ip }, ...overrides })
const stored = (slice: EndpointSlice, name = 's'): EndpointSlice => ({
  ...slice,
  metadata: { ...slice.metadata, name, uid: `uid-${name}`, resourceVersion: '1' }
})

describe('the plan of EndpointSlices', () => {
  it('changes nothing when all is as it should be', () => {
    const { create } = planSlices(kubeService(), [ready('a'), ready('b', '10.88.0.6')], [])
    expect(create).toHaveLength(1)
    const again = planSlices(
      kubeService(),
      [ready('b', '10.88.0.6'), ready('a')],
      create.map((slice) => stored(slice))
    )
    expect(again).toEqual({ create: [], update: [], remove: [] })
  })

  it('makes a slice for each meaning of a named port', () => {
    const service = kubeService({ spec: { ports: [{ name: 'http', port: 80, targetPort: 'web', protocol: 'TCP' }] } })
    const on = (name: string, port: number) =>
      ready(name, '10.88.0.7', {
        spec: { containers: [{ name: 'c', image: 'i', ports: [{ name: 'web', containerPort: port, protocol: 'TCP' }] }] }
      })
    const { create } = planSlices(service, [on('a', 8080), on('b', 9090), on('c', 8080)], [])
    expect(create.map((slice) => [slice.ports?.[0]?.port, slice.endpoints.length])).toEqual([
      [8080, 2],
      [9090, 1]
    ])
  })

  it('spreads more than 100 endpoints over slices and leaves each where it is', () => {
    const pods = Array.from({ length: 150 }, (_, index) => ready(`p${String(index).padStart(3, '0')}`, `10.88.1.${index}`))
    const { create } = planSlices(kubeService(), pods, [])
    expect(create.map((slice) => slice.endpoints.length)).toEqual([100, 50])
    const plan = planSlices(
      kubeService(),
      pods.slice(1),
      create.map((slice, index) => stored(slice, `s${index}`))
    )
    expect(plan.create).toEqual([])
    expect(plan.update.reduce((total, slice) => total + slice.endpoints.length, 0)).toBeGreaterThanOrEqual(99)
  })

  it('publishes pods that are not ready when the Service asks for it', () => {
    const unready = readyPod({ metadata: { name: 'a' }, status: { conditions: [{ type: 'Ready', status: 'False' }] } })
    const conditionsOf = (publishNotReadyAddresses: boolean) =>
      planSlices(kubeService({ spec: { publishNotReadyAddresses } }), [unready], []).create[0]?.endpoints[0]?.conditions
    expect(conditionsOf(false)).toEqual({ ready: false, serving: false, terminating: false })
    expect(conditionsOf(true)).toEqual({ ready: true, serving: false, terminating: false })
  })

  it('leaves out pods that have ended or have no address', () => {
    const pods = [readyPod({ status: { phase: 'Succeeded' } }), readyPod({ metadata: { name: 'b' }, status: { podIP: undefined } })]
    expect(planSlices(kubeService(), pods, []).create).toMatchObject([{ endpoints: [], ports: [] }])
  })

  it('marks the slices of a headless Service and carries the labels of the Service', () => {
    const { create } = planSlices(kubeService({ metadata: { labels: { mine: 'yes' } }, spec: { clusterIP: 'None' } }), [ready('a')], [])
    expect(create[0]?.metadata.labels).toEqual({
      mine: 'yes',
      'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      'kubernetes.io/service-name': 'hello',
      'service.kubernetes.io/headless': ''
    })
  })
})
