import { expect, it } from '@jest/globals'
import { pods, type Pod } from '@knative-ts/api/kubernetes'
import { fakeCluster } from '@knative-ts/testing'
import { podHasEnded } from './ended-pod.ts'

const podOf = (status: object): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { namespace: 'system', name: 'controller-1', uid: 'u1' },
  status: status as NonNullable<Pod['status']>
})
const running = { containerStatuses: [{ name: 'controller', state: { running: {} } }] }

it.each([
  ['runs', running, 'controller-1_u1', false],
  ['is not known by its node yet', {}, 'controller-1_u1', false],
  [
    'waits to be started again',
    { containerStatuses: [{ name: 'c', state: { waiting: { reason: 'CrashLoopBackOff' } } }] },
    'controller-1_u1',
    true
  ],
  [
    'has one container that runs',
    { containerStatuses: [{ state: { terminated: {} } }, { state: { running: {} } }] },
    'controller-1_u1',
    false
  ],
  ['has failed', { ...running, phase: 'Failed' }, 'controller-1_u1', true],
  ['has the name of another one', running, 'controller-1_u0', true],
  ['is not there', running, 'controller-2_u1', true]
])('a pod that %s', async (_what, status, identity, ended) => {
  const cluster = fakeCluster()
  await cluster.client.create(pods, podOf(status))
  const [pod] = (await cluster.client.list<Pod>(pods)).items
  const actual = identity.replace('_u1', `_${pod?.metadata.uid}`)
  expect(await podHasEnded(cluster.client, 'system')(actual)).toBe(ended)
})
