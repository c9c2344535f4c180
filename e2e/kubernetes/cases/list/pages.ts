/** Pages and their tokens. */
import type { Case } from '../../recorded-case.ts'
import { lease } from '../builders.ts'
import { LEASES, PAGE, four, listed } from './builders.ts'

export const pages: readonly Case[] = [
  {
    name: 'pages',
    steps: [
      ...four,
      { ...listed({ limit: '2' }, PAGE), capture: { token: 'metadata.continue' } },
      { ...listed({ limit: '2', continue: '$token' }, PAGE) },
      { ...listed({ limit: '1', continue: '$token' }, PAGE) },
      { ...listed({ continue: '$token' }, PAGE) },
      { ...listed({ limit: '0' }, PAGE) },
      { ...listed({ limit: '4' }, PAGE) },
      { ...listed({ limit: '100' }, PAGE) },
      { ...listed({ limit: '3' }, ['metadata.remainingItemCount']) }
    ]
  },
  {
    name: 'pages of a selection',
    steps: [
      ...four,
      { ...listed({ limit: '1', labelSelector: 'team=x' }, PAGE), capture: { token: 'metadata.continue' } },
      { ...listed({ limit: '1', labelSelector: 'team=x', continue: '$token' }, PAGE), capture: { second: 'metadata.continue' } },
      { ...listed({ limit: '2', labelSelector: 'team' }, PAGE) },
      { ...listed({ limit: '1', labelSelector: 'team=y', continue: '$token' }, PAGE) },
      { ...listed({ limit: '1', fieldSelector: 'metadata.name!=a' }, PAGE) },
      { ...listed({ limit: '1', fieldSelector: 'metadata.name=c' }, PAGE) }
    ]
  },
  {
    name: 'a page shows the state of the first',
    steps: [
      ...four,
      { ...listed({ limit: '2' }, PAGE), capture: { token: 'metadata.continue', version: 'metadata.resourceVersion' } },
      { verb: 'delete', of: `${LEASES} c`, silent: true },
      { verb: 'create', object: lease('bb'), silent: true },
      { ...listed({ limit: '5', continue: '$token' }, PAGE) },
      listed({ resourceVersion: '$version', resourceVersionMatch: 'Exact' }),
      listed({ resourceVersion: '$version', resourceVersionMatch: 'Exact', limit: '2' }, PAGE),
      listed({ resourceVersion: '$version', limit: '3' }, PAGE),
      listed({ resourceVersion: '$version', resourceVersionMatch: 'NotOlderThan' }),
      listed({ resourceVersion: '$version', resourceVersionMatch: 'NotOlderThan', limit: '2' }, PAGE),
      listed({ resourceVersion: '$version' }),
      listed({ resourceVersion: '0', limit: '2' }, ['metadata.continue', 'metadata.remainingItemCount'])
    ]
  },
  {
    name: 'tokens that are wrong',
    steps: [
      ...four,
      { ...listed({ limit: '2' }, PAGE), capture: { token: 'metadata.continue', version: 'metadata.resourceVersion' }, silent: true },
      ...[
        'nonsense',
        'bm9uc2Vuc2U',
        '%%%',
        // {"v":"meta.k8s.io/v1","rv":1,"start":"a\u0000"}: the history of version 1 is gone.
        'eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MSwic3RhcnQiOiJhXHUwMDAwIn0',
        // {"v":"meta.k8s.io/v2","rv":1,"start":"a"}
        'eyJ2IjoibWV0YS5rOHMuaW8vdjIiLCJydiI6MSwic3RhcnQiOiJhIn0',
        // {"v":"meta.k8s.io/v1","start":"a"}
        'eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJzdGFydCI6ImEifQ',
        // {}
        'e30'
      ].map((token) => listed({ limit: '2', continue: token })),
      listed({ limit: '2', continue: '$token', resourceVersion: '0' }),
      listed({ limit: '2', continue: '$token', resourceVersion: '5' }),
      listed({ limit: '2', continue: '$token', resourceVersion: '$version', resourceVersionMatch: 'Exact' }),
      listed({ limit: '2', continue: '$token', resourceVersionMatch: 'NotOlderThan' }),
      listed({ continue: '' })
    ]
  }
]
