/** Watches: where they begin, what enters and leaves them, their shapes and ends. */
import type { Case, Step } from '../recorded-case.ts'
import { lease, pod } from './builders.ts'

const LEASES = 'coordination.k8s.io/v1 Lease'
const QUIET = { within: 4000, quiet: 150 }
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io'
const PARTIAL = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io'

const made = (name: string, labels: object = {}): Step => ({ verb: 'create', object: lease(name, {}, { labels }), silent: true })
const patched = (name: string, patch: object): Step => ({ verb: 'patch', of: `${LEASES} ${name}`, patch, silent: true })
const gone = (name: string): Step => ({ verb: 'delete', of: `${LEASES} ${name}`, silent: true })
const watched = (query: Step['query'], events: number, steps: readonly Step[] = [], rest: Partial<Step> = {}): Step => ({
  verb: 'watch',
  of: LEASES,
  query: query ?? {},
  events,
  steps,
  ...QUIET,
  ...rest
})
/** Answers that end by themselves, or are no watch at all. */
const answered = (query: Step['query'], rest: Partial<Step> = {}): Step => ({
  verb: 'watch',
  of: LEASES,
  query: { timeoutSeconds: '1', ...query },
  events: 0,
  quiet: 100,
  within: 100,
  ...rest
})

const initial = { sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan', allowWatchBookmarks: 'true' }
const captured: Step = { verb: 'list', of: LEASES, capture: { version: 'metadata.resourceVersion' }, silent: true }

export const cases: readonly Case[] = [
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
  },
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
  },
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
  })),
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
