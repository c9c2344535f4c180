/** Preconditions, and policies of what holds nothing. */
import type { Case } from '../../recorded-case.ts'
import { UID, MAP, map, gone, each } from './builders.ts'

export const conditions: readonly Case[] = [
  each('twice', gone(undefined), gone(undefined)),
  {
    name: 'of what is missing',
    steps: [gone(undefined), gone({ preconditions: { uid: UID } }), gone({ dryRun: ['All'] }), gone({ propagationPolicy: 'Nonsense' })]
  },
  each(
    'preconditions that fail',
    gone({ preconditions: { uid: UID } }),
    gone({ preconditions: { resourceVersion: '1' } }),
    gone({ preconditions: { uid: UID, resourceVersion: '1' } }),
    gone({ preconditions: { uid: '$uid', resourceVersion: '1' } }),
    gone({ preconditions: { uid: '' } }),
    gone({ preconditions: { resourceVersion: '' } })
  ),
  each('preconditions that hold', gone({ preconditions: { uid: '$uid', resourceVersion: '$version' } })),
  each('preconditions of nothing', gone({ preconditions: {} })),
  each(
    'policies',
    gone({ propagationPolicy: 'Nonsense' }),
    gone({ propagationPolicy: '' }, { dryRun: 'All' }),
    gone(undefined, { propagationPolicy: 'nonsense' }),
    gone({ orphanDependents: true, propagationPolicy: 'Orphan' }),
    gone({ orphanDependents: false }, { dryRun: 'All' }),
    gone(undefined, { orphanDependents: 'x' }),
    gone(undefined, { orphanDependents: 'true', propagationPolicy: 'Foreground' })
  ),
  {
    name: 'foreground of what holds nothing',
    steps: [map(), gone({ propagationPolicy: 'Foreground' }), { verb: 'wait', of: MAP, status: 404 }]
  },
  { name: 'orphan of what holds nothing', steps: [map(), gone({ propagationPolicy: 'Orphan' }), { verb: 'wait', of: MAP, status: 404 }] },
  { name: 'orphan in the old way', steps: [map(), gone({ orphanDependents: true }), { verb: 'wait', of: MAP, status: 404 }] },
  { name: 'background', steps: [map(), gone({ propagationPolicy: 'Background' })] }
]
