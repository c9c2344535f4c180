/** Versions, limits, and lists of nothing. */
import type { Case } from '../../recorded-case.ts'
import { LEASES, PAGE, four, listed, accepts } from './builders.ts'

const PATH = '/apis/coordination.k8s.io/v1/namespaces/$NS/leases'

export const versions: readonly Case[] = [
  {
    name: 'versions and how to match them',
    steps: [
      ...four,
      ...(
        [
          ['0', 'Exact'],
          ['', 'Exact'],
          ['', 'NotOlderThan'],
          ['1', 'Nonsense'],
          ['x', ''],
          ['x', 'Exact'],
          ['-1', ''],
          ['1.5', ''],
          ['999999999', 'Exact'],
          ['1', ''],
          ['1', 'NotOlderThan'],
          ['18446744073709551616', '']
        ] as const
      ).map(([resourceVersion, resourceVersionMatch]) => listed({ resourceVersion, resourceVersionMatch })),
      listed({ resourceVersion: '1', resourceVersionMatch: 'Exact' }),
      listed({ resourceVersionMatch: 'Exact' }),
      listed({ sendInitialEvents: 'true' }),
      listed({ sendInitialEvents: 'false' }),
      listed({ sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan' }),
      listed({ sendInitialEvents: 'nonsense' }),
      listed({ allowWatchBookmarks: 'true' })
    ]
  },
  { name: 'a version far ahead', steps: [listed({ resourceVersion: '999999999' })] },
  { name: 'a version far ahead, in pages', steps: [listed({ resourceVersion: '999999999', limit: '1' })] },
  {
    name: 'limits that are odd',
    steps: [...four, ...['abc', '-1', '1.5', '', '99999999999999999999', '0x10', '+1', '1e3', ' 1'].map((limit) => listed({ limit }, PAGE))]
  },
  {
    name: 'an empty list',
    steps: [
      { verb: 'list', of: LEASES },
      { verb: 'list', of: LEASES, headers: { accept: accepts[0] as string } },
      { verb: 'list', of: LEASES, headers: { accept: accepts[8] as string } },
      { verb: 'request', path: '/apis/coordination.k8s.io/v1/namespaces/missing-$NS/leases' },
      { verb: 'request', path: '/api/v1/namespaces/missing-$NS/secrets' }
    ]
  },
  {
    name: 'a name in the path and a selector',
    steps: [
      ...four,
      { verb: 'request', path: `${PATH}/a`, query: { labelSelector: 'team=y' }, show: ['metadata.name'] },
      { verb: 'request', path: `${PATH}/a`, query: { fieldSelector: 'nonsense=y' }, show: ['metadata.name'] },
      { verb: 'request', path: `${PATH}/a`, query: { limit: 'abc' }, show: ['metadata.name'] },
      { verb: 'request', path: `${PATH}/a`, query: { pretty: 'true' }, show: ['metadata.name'] },
      { verb: 'request', path: `${PATH}/a`, query: { nonsense: 'abc' }, show: ['metadata.name'] }
    ]
  }
]
