/** The shapes of events. */
import type { Case } from '../../recorded-case.ts'
import { TABLE, PARTIAL, made, patched, gone, watched } from './builders.ts'

export const shapes: readonly Case[] = [
  {
    name: 'metadata alone',
    steps: [made('a'), watched({}, 3, [patched('a', { metadata: { labels: { b: 'c' } } }), gone('a')], { headers: { accept: PARTIAL } })]
  },
  {
    name: 'a table',
    steps: [
      made('a'),
      watched({}, 4, [patched('a', { metadata: { labels: { b: 'c' } } }), made('b'), gone('a')], { headers: { accept: TABLE } })
    ]
  },
  ...['Object', 'None', 'nonsense'].map((includeObject): Case => ({
    name: `a table including ${includeObject}`,
    steps: [made('a'), watched({ includeObject }, 2, [gone('a')], { headers: { accept: TABLE } })]
  })),
  {
    name: 'a table with bookmarks',
    steps: [made('a'), watched({ allowWatchBookmarks: 'true', timeoutSeconds: '1' }, 1, [], { headers: { accept: TABLE }, quiet: 50 })]
  },
  { name: 'the whole list of a table from nothing', steps: [watched({}, 1, [made('a')], { headers: { accept: TABLE } })] },
  ...['text/html', 'application/yaml', 'application/json;as=Nonsense;v=v1;g=meta.k8s.io'].map((accept): Case => ({
    name: `accepting ${accept}`,
    steps: [
      {
        verb: 'request',
        path: '/apis/coordination.k8s.io/v1/namespaces/$NS/leases',
        query: { watch: 'true', timeoutSeconds: '1' },
        headers: { accept },
        heads: ['content-type']
      }
    ]
  }))
]
