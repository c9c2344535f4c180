import { describe, expect, it } from '@jest/globals'
import type * as k8s from '@knative-ts/api/kubernetes'
import { unmetClaim, usesClaim } from './claims.ts'

const pod = (volume: Partial<k8s.Volume>): k8s.Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', namespace: 'ns', uid: 'p' },
  spec: { containers: [], volumes: [{ name: 'tmp' }, { name: 'data', ...volume }] }
})
const named = pod({ persistentVolumeClaim: { claimName: 'p-data' } })
const ephemeral = pod({ ephemeral: {} })
const claim = (phase: string, more: Partial<k8s.PersistentVolumeClaim['metadata']> = {}): k8s.PersistentVolumeClaim => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'p-data', namespace: 'ns', ...more },
  spec: { volumeName: 'v' },
  status: { phase }
})
const own = { ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'p', controller: true }] }

describe('a pod waits for its claim', () => {
  it.each<[string, k8s.Pod, k8s.PersistentVolumeClaim | undefined]>([
    ['persistentvolumeclaim "p-data" not found', named, undefined],
    ['waiting for ephemeral volume controller to create the persistentvolumeclaim "p-data"', ephemeral, undefined],
    ['PVC ns/p-data was not created for pod ns/p (pod is not owner)', ephemeral, claim('Bound')],
    ['pod has unbound immediate PersistentVolumeClaims', ephemeral, claim('Pending', own)],
    ['persistentvolumeclaim "p-data" is being deleted', named, claim('Bound', { deletionTimestamp: '2030-01-01T00:00:00Z' })],
    ['persistentvolumeclaim "p-data" bound to non-existent persistentvolume "v"', named, claim('Lost')]
  ])('in words: %s', (words, one, found) => {
    expect(unmetClaim(one, () => found)).toBe(`0/1 nodes are available: ${words}. not found`)
  })

  it('no longer when it is bound', () => {
    expect(unmetClaim(named, () => claim('Bound'))).toBeUndefined()
    expect(unmetClaim(ephemeral, () => claim('Bound', own))).toBeUndefined()
    expect([named, ephemeral].map((one) => usesClaim(one, 'p-data'))).toEqual([true, true])
    expect(usesClaim(ephemeral, 'p-tmp')).toBe(false)
  })
})
