/** Where a watch begins. */
import type { Case } from '../../recorded-case.ts'
import { lease } from '../builders.ts'
import { TABLE, PARTIAL, made, patched, gone, watched, answered, captured } from './builders.ts'

const initial = { sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan', allowWatchBookmarks: 'true' }

export const beginnings: readonly Case[] = [
  {
    name: 'from the present',
    steps: [made('a'), made('b'), watched({}, 5, [made('c'), patched('a', { spec: { holderIdentity: 'x' } }), gone('b')])]
  },
  { name: 'from version 0', steps: [made('a'), watched({ resourceVersion: '0' }, 2, [made('c')])] },
  { name: 'from a version', steps: [made('a'), captured, made('b'), watched({ resourceVersion: '$version' }, 2, [made('c')])] },
  {
    name: 'from a version, what was deleted since',
    steps: [made('a'), captured, gone('a'), made('a'), watched({ resourceVersion: '$version' }, 2)]
  },
  { name: 'from a version, nothing since', steps: [made('a'), captured, watched({ resourceVersion: '$version' }, 0)] },
  {
    name: 'a write that changes nothing',
    steps: [
      made('a'),
      captured,
      watched({ resourceVersion: '$version' }, 1, [
        patched('a', { metadata: { labels: null } }),
        patched('a', { spec: { holderIdentity: 'x' } })
      ])
    ]
  },
  {
    name: 'a dry run',
    steps: [
      made('a'),
      captured,
      watched({ resourceVersion: '$version' }, 0, [
        { ...gone('a'), query: { dryRun: 'All' } },
        { verb: 'create', object: lease('b'), query: { dryRun: 'All' }, silent: true }
      ])
    ]
  },
  { name: 'initial events', steps: [made('a'), made('b'), watched(initial, 4, [made('c')])] },
  { name: 'initial events of nothing', steps: [watched(initial, 1)] },
  { name: 'initial events, selected', steps: [made('a', { t: 'x' }), made('b'), watched({ ...initial, labelSelector: 't=x' }, 2)] },
  {
    name: 'initial events without bookmarks',
    steps: [made('a'), watched({ sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan' }, 1)]
  },
  {
    name: 'no initial events, from the present',
    steps: [made('a'), watched({ sendInitialEvents: 'false', resourceVersionMatch: 'NotOlderThan' }, 1, [made('b')])]
  },
  {
    name: 'no initial events, from a version',
    steps: [
      made('a'),
      captured,
      made('b'),
      watched({ sendInitialEvents: 'false', resourceVersionMatch: 'NotOlderThan', resourceVersion: '$version' }, 1)
    ]
  },
  { name: 'initial events as metadata', steps: [made('a'), watched(initial, 2, [], { headers: { accept: PARTIAL } })] },
  {
    name: 'initial events as a table',
    steps: [
      made('a'),
      watched(initial, 2, [], { headers: { accept: TABLE }, show: ['kind', 'columnDefinitions', 'rows.0.cells.0', 'rows.0.object'] })
    ]
  },
  {
    name: 'options that contradict each other',
    steps: [
      answered({ sendInitialEvents: 'true' }),
      answered({ sendInitialEvents: 'true', resourceVersionMatch: 'Exact' }),
      answered({ sendInitialEvents: 'false' }),
      answered({ sendInitialEvents: 'true', resourceVersionMatch: '' }),
      answered({ resourceVersionMatch: 'NotOlderThan' }),
      answered({ resourceVersionMatch: 'NotOlderThan', resourceVersion: '1' }),
      answered({ resourceVersionMatch: 'Exact' }),
      answered({ resourceVersionMatch: 'Nonsense' }),
      answered({ continue: 'x' }),
      answered({ continue: 'x', limit: '5' }),
      answered({ sendInitialEvents: 'nonsense', resourceVersionMatch: 'NotOlderThan' })
    ]
  },
  {
    name: 'versions that are none',
    steps: [
      answered({ resourceVersion: 'x' }),
      answered({ resourceVersion: '-1' }),
      answered({ resourceVersion: '1.5' }),
      answered({ resourceVersion: '18446744073709551616' })
    ]
  },
  { name: 'version 1 is too old', steps: [answered({ resourceVersion: '1' }, { within: 2000, quiet: 500 })] },
  { name: 'a version far ahead', steps: [{ ...answered({ resourceVersion: '99999999' }), within: 6000, quiet: 6000, events: 9 }] },
  {
    name: 'initial events at a version far ahead',
    steps: [{ ...answered({ ...initial, resourceVersion: '99999999' }), within: 6000, quiet: 6000, events: 9 }]
  },
  {
    name: 'no initial events from a version far ahead',
    steps: [{ ...answered({ ...initial, sendInitialEvents: 'false', resourceVersion: '99999999' }), within: 6000, quiet: 6000, events: 9 }]
  }
]
