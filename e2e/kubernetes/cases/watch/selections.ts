/** What enters and leaves a watch. */
import type { Case } from '../../recorded-case.ts'
import { pod } from '../builders.ts'
import { QUIET, made, patched, gone, watched, answered, captured } from './builders.ts'

export const selections: readonly Case[] = [
  {
    name: 'objects that enter and leave a label selector',
    steps: [
      made('a', { t: 'x' }),
      made('b'),
      watched({ labelSelector: 't=x' }, 7, [
        patched('b', { metadata: { labels: { t: 'x' } } }),
        patched('a', { metadata: { labels: { t: 'y' } } }),
        patched('a', { metadata: { labels: { t: 'z' } } }),
        patched('a', { metadata: { labels: { t: 'x' } } }),
        patched('a', { spec: { holderIdentity: 'y' } }),
        gone('a'),
        patched('b', { metadata: { labels: null } }),
        gone('b')
      ])
    ]
  },
  {
    name: 'from a version, objects that entered and left since',
    steps: [
      made('a', { t: 'x' }),
      captured,
      patched('a', { metadata: { labels: { t: 'y' } } }),
      made('b', { t: 'x' }),
      patched('a', { metadata: { labels: { t: 'x' } } }),
      watched({ resourceVersion: '$version', labelSelector: 't=x' }, 3)
    ]
  },
  {
    name: 'one object by its name',
    steps: [
      made('a'),
      made('b'),
      watched({ fieldSelector: 'metadata.name=a' }, 3, [
        patched('b', { spec: { holderIdentity: 'y' } }),
        patched('a', { spec: { holderIdentity: 'y' } }),
        gone('a'),
        gone('b')
      ])
    ]
  },
  { name: 'one object that comes later', steps: [watched({ fieldSelector: 'metadata.name=a' }, 1, [made('b'), made('a')])] },
  { name: 'all but one', steps: [made('a'), made('b'), watched({ fieldSelector: 'metadata.name!=a' }, 2, [gone('b'), gone('a')])] },
  {
    name: 'one object by its path',
    steps: [
      made('a'),
      made('b'),
      {
        ...watched({}, 2, [patched('a', { spec: { holderIdentity: 'y' } }), gone('b')]),
        path: '/apis/coordination.k8s.io/v1/namespaces/$NS/leases/a'
      }
    ]
  },
  {
    name: 'the old path of watches',
    steps: [
      made('a'),
      made('b'),
      { ...watched({}, 3, [gone('b')]), path: '/apis/coordination.k8s.io/v1/watch/namespaces/$NS/leases' },
      { ...watched({}, 2, [gone('a')]), path: '/apis/coordination.k8s.io/v1/watch/namespaces/$NS/leases/a' }
    ]
  },
  {
    name: 'pods of a node',
    pods: true,
    steps: [
      {
        verb: 'create',
        object: pod('p'),
        silent: true
      },
      {
        verb: 'watch',
        of: 'v1 Pod',
        query: { fieldSelector: 'status.phase=Running' },
        events: 2,
        ...QUIET,
        show: ['metadata.name', 'status.phase'],
        steps: [
          { verb: 'patch', of: 'v1 Pod p', sub: 'status', patch: { status: { phase: 'Running' } }, silent: true },
          { verb: 'patch', of: 'v1 Pod p', sub: 'status', patch: { status: { phase: 'Succeeded' } }, silent: true }
        ]
      }
    ]
  },
  {
    name: 'selectors that are wrong',
    steps: [answered({ labelSelector: 'a in (' }), answered({ fieldSelector: 'spec.x=y' }), answered({ fieldSelector: 'nonsense' })]
  }
]
