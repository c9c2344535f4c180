/** How a watch ends, and deletions that it sees. */
import type { Case } from '../../recorded-case.ts'
import { lease } from '../builders.ts'
import { made, patched, gone, watched, answered, captured } from './builders.ts'

export const ends: readonly Case[] = [
  { name: 'ends when asked to', steps: [made('a'), watched({ timeoutSeconds: '1' }, 2, [], { within: 3000, quiet: 3000 })] },
  {
    name: 'ends with a bookmark or without',
    steps: [
      made('a'),
      captured,
      watched({ timeoutSeconds: '1', allowWatchBookmarks: 'true', resourceVersion: '$version' }, 5, [], { within: 3000, quiet: 3000 })
    ]
  },
  {
    name: 'timeouts and booleans that are none',
    steps: [
      answered({ timeoutSeconds: 'x' }),
      answered({ timeoutSeconds: '1.5' }),
      { verb: 'request', path: '/apis/coordination.k8s.io/v1/namespaces/$NS/leases', query: { watch: 'x', timeoutSeconds: '1' } },
      { verb: 'request', path: '/apis/coordination.k8s.io/v1/namespaces/$NS/leases', query: { watch: '0' }, show: ['kind'] },
      { verb: 'request', path: '/apis/coordination.k8s.io/v1/namespaces/$NS/leases', query: { watch: 'false' }, show: ['kind'] },
      {
        verb: 'request',
        path: '/apis/coordination.k8s.io/v1/namespaces/$NS/leases',
        query: { watch: 'True', timeoutSeconds: '1' },
        heads: ['content-type']
      },
      {
        verb: 'request',
        path: '/apis/coordination.k8s.io/v1/namespaces/$NS/leases',
        query: { watch: '', timeoutSeconds: '1' },
        heads: ['content-type'],
        show: ['kind']
      },
      { verb: 'request', path: '/apis/coordination.k8s.io/v1/namespaces/$NS/leases', query: { timeout: 'x' }, show: ['kind'] },
      { verb: 'request', path: '/apis/coordination.k8s.io/v1/namespaces/$NS/leases', query: { timeout: '10s' }, show: ['kind'] },
      { verb: 'request', path: '/apis/coordination.k8s.io/v1/namespaces/$NS/leases', query: { timeout: '90s' }, show: ['kind'] },
      { verb: 'request', path: '/apis/coordination.k8s.io/v1/namespaces/$NS/leases', query: { timeout: '-1s' }, show: ['kind'] },
      { verb: 'request', path: '/apis/coordination.k8s.io/v1/namespaces/$NS/leases', query: { timeoutSeconds: '-5' }, show: ['kind'] },
      { verb: 'request', path: '/apis/coordination.k8s.io/v1/namespaces/$NS/leases', query: { timeoutSeconds: 'x' }, show: ['kind'] },
      { verb: 'create', object: lease('a'), query: { timeout: 'x' }, show: ['kind'] }
    ]
  },
  {
    name: 'what cannot be watched',
    steps: [{ verb: 'request', path: '/api/v1/namespaces/$NS/nonsense', query: { watch: 'true' } }]
  },
  { name: 'a namespace that is missing', steps: [{ ...answered({}), path: '/apis/coordination.k8s.io/v1/namespaces/missing-$NS/leases' }] },
  {
    name: 'a deletion in steps',
    steps: [
      { verb: 'create', object: lease('a', {}, { finalizers: ['example.com/x'] }), silent: true },
      watched({}, 3, [gone('a'), patched('a', { metadata: { finalizers: null } })])
    ]
  },
  {
    name: 'a deletion of the collection',
    steps: [
      made('a'),
      made('b'),
      captured,
      watched(
        { resourceVersion: '$version' },
        2,
        [{ verb: 'request', method: 'DELETE', path: '/apis/coordination.k8s.io/v1/namespaces/$NS/leases', silent: true }],
        { show: ['metadata.name'] }
      )
    ]
  }
]
