/** What becomes of dependents. */
import type { Case } from '../../recorded-case.ts'
import { configMap } from '../builders.ts'
import { MAP, map, gone, read } from './builders.ts'

export const dependents: readonly Case[] = [
  {
    name: 'foreground waits for what blocks',
    steps: [
      map(),
      {
        verb: 'create',
        object: configMap(
          'child',
          {},
          {
            finalizers: ['example.com/x'],
            ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'one', uid: '$uid', blockOwnerDeletion: true }]
          }
        ),
        silent: true
      },
      gone({ propagationPolicy: 'Foreground' }),
      { verb: 'wait', of: 'v1 ConfigMap child', where: { 'metadata.deletionGracePeriodSeconds': 0 } },
      read,
      { verb: 'patch', of: 'v1 ConfigMap child', patch: { metadata: { finalizers: null } }, silent: true },
      { verb: 'wait', of: MAP, status: 404 }
    ]
  },
  {
    name: 'foreground does not wait for what does not block',
    steps: [
      map(),
      {
        verb: 'create',
        object: configMap(
          'child',
          {},
          { finalizers: ['example.com/x'], ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'one', uid: '$uid' }] }
        ),
        silent: true
      },
      gone({ propagationPolicy: 'Foreground' }),
      { verb: 'wait', of: MAP, status: 404 },
      { verb: 'patch', of: 'v1 ConfigMap child', patch: { metadata: { finalizers: null } }, silent: true },
      { verb: 'wait', of: 'v1 ConfigMap child', status: 404 }
    ]
  },
  {
    name: 'background takes the dependents',
    steps: [
      map(),
      {
        verb: 'create',
        object: configMap('child', {}, { ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'one', uid: '$uid' }] }),
        silent: true
      },
      gone({ propagationPolicy: 'Background' }),
      { verb: 'wait', of: 'v1 ConfigMap child', status: 404 }
    ]
  }
]
