import { describe, expect, it } from '@jest/globals'
import { socketAddress } from '@knative-ts/kube'
import { endpointSlice, pod, readyPod } from '@knative-ts/testing'
import { nextWait } from './await-open.ts'
import { podFactsOf } from './pod-facts.ts'
import { shareOf } from './share-of.ts'

const securedPod = readyPod({
  spec: { containers: [{ name: 'queue-proxy', volumeMounts: [{ name: 'server-certs', mountPath: '/var/lib/knative/certs' }] }] } as never
})

describe('a pod', () => {
  it.each([
    ['is ready by the kubelet', readyPod(), { ip: '10.88.0.5', uid: 'uid-pod-hello-1', ready: true, secured: false }],
    [
      'counts from its address on',
      pod({ status: { podIP: '10.88.0.6' } }),
      { ip: '10.88.0.6', uid: 'uid-pod-hello-1', ready: false, secured: false }
    ],
    [
      'is spoken to over TLS when its queue-proxy has a certificate',
      securedPod,
      { ip: '10.88.0.5', uid: 'uid-pod-hello-1', ready: true, secured: true }
    ],
    ['does not count without address', pod(), undefined],
    ['does not count when it has ended', pod({ status: { podIP: '10.88.0.6', phase: 'Failed' } }), undefined],
    ['does not count while it is deleted', readyPod({ metadata: { deletionTimestamp: '2030-01-01T00:00:00Z' } }), undefined]
  ])('%s', (_what, object, expected) => {
    expect(podFactsOf(object)).toEqual(expected)
  })

  it.each([
    ['10.88.0.5', '10.88.0.5:8012'],
    ['fd00::5', '[fd00::5]:8012']
  ])('with address %s is dialled at %s', (ip, expected) => {
    expect(socketAddress(ip, 8012)).toBe(expected)
  })
})

it('is asked ever more slowly, and at leisure when it does not come', () => {
  const waits: number[] = [1]
  while (waits.length < 14) waits.push(nextWait(waits.at(-1) ?? 0, 0))
  expect(waits.slice(0, 3)).toEqual([1, 1.4, expect.closeTo(1.96)])
  expect(waits.at(-1)).toBe(25)
  expect(nextWait(25, 20_000)).toBe(250)
})

describe('our place among activators', () => {
  const slice = (addresses: string[], portName = 'http') =>
    endpointSlice({
      endpoints: addresses.map((address) => ({ addresses: [address], conditions: { ready: true } })),
      ports: [{ name: portName, port: portName === 'http' ? 8012 : 8013 }]
    })

  it.each([
    ['in the order of text', [slice(['10.0.0.9', '10.0.0.10', '10.0.0.2'])], '10.0.0.2', { self: 1, activators: 3 }],
    ['over several slices', [slice(['10.0.0.1']), slice(['10.0.0.2', '10.0.0.1'])], '10.0.0.2', { self: 1, activators: 2 }],
    ['is not known when we are not among them', [slice(['10.0.0.1'])], '10.0.0.2', undefined],
    ['is not known by another protocol', [slice(['10.0.0.2'], 'http2')], '10.0.0.2', undefined],
    ['is not known without slices', [], '10.0.0.2', undefined]
  ])('%s', (_what, slices, own, expected) => {
    expect(shareOf(slices, 8012, own)).toEqual(expected)
  })
})
