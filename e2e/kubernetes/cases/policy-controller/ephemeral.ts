/** Claims that are made for a pod. */
import type { Case } from '../../recorded-case.ts'
import { pod } from '../builders.ts'
import { comesTo, eventsOf, made } from '../controller-builders.ts'
import { claim } from './builders.ts'

/** A pod with a volume that is made for it. */
const scratch = (name: string) =>
  pod(name, {
    volumes: [
      {
        name: 'data',
        ephemeral: {
          volumeClaimTemplate: {
            metadata: { labels: { kind: 'scratch' }, annotations: { note: 'template' } },
            spec: { storageClassName: '$NS', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } }
          }
        }
      }
    ]
  })

const scratchClaim = { ...claim(), metadata: { name: 'p-data' } }

const SCRATCH = 'v1 PersistentVolumeClaim p-data'

export const ephemeral: readonly Case[] = [
  {
    name: 'an ephemeral volume has a claim while its pod is there',
    pods: true,
    steps: [
      { verb: 'create', object: scratch('p'), silent: true },
      {
        verb: 'wait',
        of: SCRATCH,
        where: { 'metadata.labels.kind': 'scratch' },
        show: ['metadata.labels', 'metadata.annotations', 'metadata.ownerReferences.0.kind', 'metadata.ownerReferences.0.name', 'spec']
      },
      comesTo(SCRATCH, { 'status.phase': 'Pending' }, [
        'metadata.ownerReferences.0.controller',
        'metadata.ownerReferences.0.blockOwnerDeletion',
        'metadata.finalizers'
      ]),
      { verb: 'delete', of: 'v1 Pod p', options: { gracePeriodSeconds: 0 }, silent: true },
      { verb: 'wait', of: SCRATCH, status: 404, show: 'verdict' }
    ]
  },
  {
    name: 'an ephemeral volume takes no claim of others',
    pods: true,
    steps: [
      ...made(scratchClaim, scratch('p')),
      eventsOf('p', 1, ['type', 'reason', 'message', 'source', 'reportingComponent']),
      { verb: 'get', of: SCRATCH, show: ['metadata.ownerReferences', 'metadata.labels'] }
    ]
  }
]
