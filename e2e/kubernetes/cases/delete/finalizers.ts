/** What finalizers hold. */
import type { Case, Step } from '../../recorded-case.ts'
import { configMap } from '../builders.ts'
import { MAP, map, gone, held, read } from './builders.ts'

const finalizers = (...all: readonly string[]): Step => ({
  verb: 'patch',
  of: MAP,
  patch: { metadata: { finalizers: all } },
  show: ['metadata.finalizers', 'metadata.deletionTimestamp']
})

export const heldObjects: readonly Case[] = [
  {
    name: 'a finalizer holds',
    steps: [
      held,
      gone(undefined),
      read,
      gone(undefined),
      gone({ propagationPolicy: 'Foreground' }),
      finalizers(),
      { verb: 'wait', of: MAP, status: 404 }
    ]
  },
  {
    name: 'finalizers while it leaves',
    steps: [
      map({ finalizers: ['example.com/x', 'example.com/y'] }),
      gone(undefined, {}),
      finalizers('example.com/x', 'example.com/y', 'example.com/z'),
      finalizers('example.com/z'),
      finalizers('example.com/y'),
      { verb: 'patch', of: MAP, type: 'json', patch: [{ op: 'add', path: '/metadata/finalizers/-', value: 'example.com/x' }] },
      { verb: 'update', of: MAP, change: { metadata: { finalizers: [] } }, show: ['metadata.finalizers'] },
      read
    ]
  },
  {
    name: 'changes while it leaves',
    steps: [
      held,
      gone(undefined),
      { verb: 'patch', of: MAP, patch: { data: { a: 'c' } }, show: ['data'] },
      { verb: 'patch', of: MAP, patch: { metadata: { deletionTimestamp: null } }, show: ['metadata.deletionTimestamp'] },
      {
        verb: 'patch',
        of: MAP,
        patch: { metadata: { deletionTimestamp: '2020-01-01T00:00:00Z', deletionGracePeriodSeconds: 9 } },
        show: ['metadata.deletionTimestamp', 'metadata.deletionGracePeriodSeconds']
      },
      { verb: 'create', object: configMap('one') },
      finalizers()
    ]
  },
  {
    name: 'the last finalizer with another change',
    steps: [
      held,
      gone(undefined, {}),
      { verb: 'update', of: MAP, change: { metadata: { finalizers: null, labels: { a: 'b' } } }, show: 'object' },
      { verb: 'get', of: MAP }
    ]
  },
  {
    name: 'a finalizer removed by an apply',
    steps: [
      { verb: 'apply', object: configMap('one', {}, { finalizers: ['example.com/x'] }), silent: true },
      gone(undefined),
      { verb: 'apply', object: configMap('one', {}) },
      { verb: 'get', of: MAP }
    ]
  }
]
