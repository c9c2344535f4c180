/** Volumes and claims. */
import type { Case } from '../../recorded-case.ts'
import { object } from '../builders.ts'
import { comesTo, made } from '../controller-builders.ts'
import { type Json, claim } from './builders.ts'

const CLAIM = 'v1 PersistentVolumeClaim c'

const VOLUME = 'v1 PersistentVolume $NS'

const volume = (spec: Json = {}) =>
  object('v1 PersistentVolume', '$NS', {
    spec: {
      storageClassName: '$NS',
      capacity: { storage: '2Gi' },
      accessModes: ['ReadWriteOnce'],
      hostPath: { path: '/nowhere/at/all' },
      ...spec
    }
  })

export const storage: readonly Case[] = [
  {
    name: 'a claim finds its volume, and gives it back',
    steps: [
      ...made(volume()),
      comesTo(VOLUME, { 'status.phase': 'Available' }, ['metadata.finalizers', 'status.phase', 'spec.persistentVolumeReclaimPolicy']),
      ...made(claim()),
      comesTo(CLAIM, { 'status.phase': 'Bound' }, ['metadata.annotations', 'metadata.finalizers', 'spec.volumeName', 'status']),
      comesTo(VOLUME, { 'status.phase': 'Bound' }, [
        'metadata.annotations',
        'spec.claimRef.kind',
        'spec.claimRef.name',
        'spec.claimRef.uid'
      ]),
      { verb: 'delete', of: CLAIM, silent: true },
      { verb: 'wait', of: CLAIM, status: 404, show: 'verdict' },
      comesTo(VOLUME, { 'status.phase': 'Released' }, ['status.phase', 'status.message'])
    ]
  },
  {
    name: 'a claim of a class that there is not',
    steps: [
      ...made(claim()),
      {
        verb: 'wait',
        verb2: 'list',
        of: 'v1 Event',
        where: { 'items.length': 1 },
        show: ['items.0.type', 'items.0.reason', 'items.0.message']
      },
      comesTo(CLAIM, { 'status.phase': 'Pending' }, ['status', 'metadata.annotations'])
    ]
  },
  {
    name: 'a volume that is kept for a claim',
    steps: [
      ...made(volume({ claimRef: { namespace: '$NS', name: 'c' } })),
      comesTo(VOLUME, { 'status.phase': 'Available' }, ['status.phase']),
      ...made(claim()),
      comesTo(CLAIM, { 'status.phase': 'Bound' }, ['metadata.annotations', 'spec.volumeName', 'status']),
      comesTo(VOLUME, { 'status.phase': 'Bound' }, ['metadata.annotations'])
    ]
  },
  {
    name: 'a volume too small for the claim that names it',
    steps: [
      ...made(volume({ capacity: { storage: '1Mi' } }), claim({ volumeName: '$NS' })),
      {
        verb: 'wait',
        verb2: 'list',
        of: 'v1 Event',
        where: { 'items.0.reason': 'VolumeMismatch' },
        show: ['items.0.type', 'items.0.message']
      },
      comesTo(CLAIM, { 'status.phase': 'Pending' }, ['status'])
    ]
  },
  {
    name: 'a claim whose volume goes',
    steps: [
      ...made(volume(), claim()),
      comesTo(CLAIM, { 'status.phase': 'Bound' }, ['status.phase']),
      // In this order: its finalizer is put back onto a volume that is not on its way out.
      { verb: 'delete', of: VOLUME, silent: true },
      { verb: 'patch', of: VOLUME, patch: { metadata: { finalizers: null } }, silent: true },
      comesTo(CLAIM, { 'status.phase': 'Lost' }, ['status'])
    ]
  }
]
