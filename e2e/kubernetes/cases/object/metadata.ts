/** Generated names, owners, labels and annotations. */
import type { Case } from '../../recorded-case.ts'
import { configMap, service } from '../builders.ts'
import { UID } from './builders.ts'

export const metadata: readonly Case[] = [
  {
    name: 'names made of a prefix',
    steps: [
      { verb: 'create', object: configMap('', {}, { generateName: 'pre-' }), show: 'all' },
      { verb: 'create', object: configMap('', {}, { generateName: 'Pre' }) },
      { verb: 'create', object: configMap('', {}, { generateName: 'pre.' }) },
      { verb: 'create', object: configMap('given', {}, { generateName: 'pre-' }) },
      // Not a Service without a name: the real server tries every ClusterIP of its range for it, for minutes, and no other Service can be made.
      { verb: 'create', object: { ...service('x'), metadata: { generateName: '1-' } } },
      { verb: 'create', object: configMap('', {}, { generateName: '-' }) },
      { verb: 'create', object: configMap('', {}, { generateName: 'a'.repeat(70) }), show: ['metadata.generateName'] }
    ]
  },
  {
    name: 'owners that are wrong',
    steps: (
      [
        { apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: '' },
        { apiVersion: '', kind: 'ConfigMap', name: 'x', uid: UID },
        { apiVersion: 'v1', kind: '', name: 'x', uid: UID },
        { apiVersion: 'v1', kind: 'ConfigMap', name: '', uid: UID },
        { apiVersion: 'a/b/c', kind: 'ConfigMap', name: 'x', uid: UID },
        { apiVersion: 'v1', kind: 'Event', name: 'x', uid: UID },
        { apiVersion: 'events.k8s.io/v1', kind: 'Event', name: 'x', uid: UID }
      ] as const
    ).map((owner) => ({ verb: 'create', object: configMap('one', {}, { ownerReferences: [owner] }), query: { dryRun: 'All' } }) as const)
  },
  {
    name: 'two owners of one uid, two that control',
    steps: [
      {
        verb: 'create',
        query: { dryRun: 'All' },
        object: configMap(
          'one',
          {},
          {
            ownerReferences: [
              { apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: UID },
              { apiVersion: 'v1', kind: 'ConfigMap', name: 'y', uid: UID }
            ]
          }
        )
      },
      {
        verb: 'create',
        query: { dryRun: 'All' },
        object: configMap(
          'one',
          {},
          {
            ownerReferences: [
              { apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: UID },
              { apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: UID }
            ]
          }
        )
      },
      {
        verb: 'create',
        query: { dryRun: 'All' },
        object: configMap(
          'one',
          {},
          {
            ownerReferences: [
              { apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: UID, controller: true },
              { apiVersion: 'v1', kind: 'Secret', name: 'y', uid: 'other', controller: true }
            ]
          }
        )
      }
    ]
  },
  {
    name: 'labels and annotations that are wrong',
    steps: (
      [
        { labels: { 'a b': 'c' } },
        { labels: { a: 'x'.repeat(64) } },
        { labels: { ['x'.repeat(64)]: 'a' } },
        { labels: { 'UPPER.example/a': 'b' } },
        { labels: { '/a': 'b' } },
        { labels: { 'a/': 'b' } },
        { labels: { a: '-b' } },
        { annotations: { 'a b': 'c' } },
        { annotations: { 'x/y/z': 'c' } },
        { finalizers: ['x'] },
        { finalizers: ['example.com/X'] },
        { finalizers: ['orphan', 'foregroundDeletion'] },
        { finalizers: ['kubernetes'] },
        { finalizers: [''] }
      ] as const
    ).map(
      (metadata) =>
        ({
          verb: 'create',
          object: configMap('one', {}, metadata),
          query: { dryRun: 'All' },
          show: ['metadata.labels', 'metadata.finalizers']
        }) as const
    )
  }
]
