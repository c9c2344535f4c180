import { expect, it } from '@jest/globals'
import { pods, type Pod } from '@knative-ts/api/kubernetes'
import { fakeCluster } from '@knative-ts/testing'
import { podHasEnded } from './ended-pod.ts'

const [uid, otherUid] = ['6f1ab7a3-52d4-4f5e-9b39-0d3c2e1f4a01', '6f1ab7a3-52d4-4f5e-9b39-0d3c2e1f4a02']

const podOf = (status: object): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { namespace: 'system', name: 'controller-1', uid },
  status: status as NonNullable<Pod['status']>
})
const running = { containerStatuses: [{ name: 'controller', state: { running: {} } }] }

it.each([
  ['runs', running, 'controller-1_UID', false],
  ['is not known by its node yet', {}, 'controller-1_UID', false],
  [
    'waits to be started again',
    { containerStatuses: [{ name: 'c', state: { waiting: { reason: 'CrashLoopBackOff' } } }] },
    'controller-1_UID',
    true
  ],
  [
    'has one container that runs',
    { containerStatuses: [{ state: { terminated: {} } }, { state: { running: {} } }] },
    'controller-1_UID',
    false
  ],
  ['has failed', { ...running, phase: 'Failed' }, 'controller-1_UID', true],
  ['has the name of another one', running, `controller-1_${otherUid}`, true],
  ['is none but a process', running, 'my-machine_process-6f1ab7a3-52d4-4f5e-9b39-0d3c2e1f4a01', false],
  ['is not there', running, `controller-2_${uid}`, true],
  ['has the address of the identity, and runs', { ...running, podIP: '10.0.0.1' }, 'controller-1_10.0.0.1', false],
  ['has another address by now', { ...running, podIP: '10.0.0.2' }, 'controller-1_10.0.0.1', true],
  ['has an address of version 6, and failed', { phase: 'Failed', podIP: 'fd00::1' }, 'controller-1_fd00::1', true]
])('a pod that %s', async (_what, status, identity, ended) => {
  const cluster = fakeCluster()
  await cluster.client.create(pods, podOf(status))
  const [pod] = (await cluster.client.list<Pod>(pods)).items
  const actual = identity.replace('_UID', `_${pod?.metadata.uid}`)
  expect(await podHasEnded(cluster.client, 'system')(actual)).toBe(ended)
})
