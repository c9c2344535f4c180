/** Every cell belongs to a column of Kubernetes' printers, and every column of a kind that we print has a cell. */
import { describe, expect, it } from '@jest/globals'
import type * as k8s from '@knative-ts/api/kubernetes'
import { readData } from '../openapi/data-directory.ts'
import { Registry } from '../registry/registry.ts'
import { printers } from './printers.ts'
import { tableOf } from './table.ts'

const columns = readData<Readonly<Record<string, readonly { name: string }[]>>>('columns.json.br')
const namesOf = (storage: string) => (columns[storage] ?? []).map(({ name }) => name)
const NOW = Date.parse('2026-11-21T12:00:00Z')

describe('printers of built-in kinds', () => {
  it.each(Object.keys(printers))('%s: cells and columns are the same', (storage) => {
    const cells = new Set(['Name', 'Age', ...Object.keys(printers[storage] ?? {})])
    expect(namesOf(storage).filter((name) => !cells.has(name))).toEqual([])
    expect(Object.keys(printers[storage] ?? {}).filter((name) => !namesOf(storage).includes(name))).toEqual([])
  })
})

const registry = Registry.load()
const row = (group: string, plural: string, object: object) => {
  const type = registry.lookup(group, 'v1', plural) ?? registry.lookup(group, 'v2', plural)
  if (type === undefined) throw new Error(`${plural} are not served`)
  const [printed] = tableOf(type, [object as k8s.Pod], 'None', 'v1', NOW).rows
  return printed
}
const metadata = { name: 'a', creationTimestamp: '2026-11-21T11:59:00Z' }
const containers = [{ name: 'c' }]

describe('a pod row', () => {
  const pod = (status: object, spec: object = {}, more: object = {}) =>
    row('', 'pods', { metadata: { ...metadata, ...more }, spec: { containers, ...spec }, status })
  const sidecar = { initContainers: [{ name: 's', restartPolicy: 'Always' }, { name: 'i' }] }
  it.each([
    [
      'a pod that runs',
      { phase: 'Running', containerStatuses: [{ name: 'c', ready: true, state: { running: {} } }] },
      {},
      ['1/1', 'Running', '0']
    ],
    [
      'a pod whose start is gated',
      { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }] },
      {},
      ['0/1', 'SchedulingGated', '0']
    ],
    [
      'a restarted init container',
      {
        phase: 'Pending',
        initContainerStatuses: [
          { name: 's', started: true, ready: true, restartCount: 0, state: { running: {} } },
          { name: 'i', restartCount: 2, state: { running: {} }, lastState: { terminated: { finishedAt: '2026-11-21T11:59:30Z' } } }
        ]
      },
      sidecar,
      ['1/2', 'Init:1/2', '2 (30s ago)']
    ],
    [
      'a container that failed',
      { phase: 'Failed', containerStatuses: [{ name: 'c', state: { terminated: { exitCode: 3 } } }] },
      {},
      ['0/1', 'ExitCode:3', '0']
    ]
  ])('%s', (_, status, spec, [ready, word, restarts]) => {
    expect(pod(status, spec)?.cells.slice(0, 5)).toEqual(['a', ready, word, restarts, '60s'])
  })
  it('says that the pod has ended, so that clients can hide it', () => {
    expect(pod({ phase: 'Succeeded' })?.conditions).toEqual([
      { type: 'Completed', status: 'True', reason: 'Succeeded', message: 'The pod has completed successfully.' }
    ])
  })
  it('of an ended pod that is deleted keeps its word', () => {
    expect(pod({ phase: 'Succeeded' }, {}, { deletionTimestamp: metadata.creationTimestamp })?.cells[2]).toBe('Succeeded')
  })
})

it.each([
  [
    'a claim that is bound',
    '',
    'persistentvolumeclaims',
    {
      spec: { volumeName: 'v', storageClassName: 'fast' },
      status: { phase: 'Bound', accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' } }
    },
    ['a', 'Bound', 'v', '1Gi', 'RWO', 'fast', '<unset>', '60s', '<unset>']
  ],
  [
    'a quota',
    '',
    'resourcequotas',
    { status: { hard: { pods: '4', 'limits.cpu': '2' }, used: { pods: '1' } } },
    ['a', 'pods: 1/4', 'limits.cpu: 0/2', '60s']
  ],
  [
    'an autoscaler with three metrics',
    'autoscaling',
    'horizontalpodautoscalers',
    {
      spec: {
        scaleTargetRef: { kind: 'Deployment', name: 'd' },
        maxReplicas: 3,
        metrics: [
          { type: 'Resource', resource: { name: 'cpu', target: { averageUtilization: 80 } } },
          { type: 'Pods', pods: { target: { averageValue: '5' } } },
          { type: 'External', external: { target: { value: '7' } } }
        ]
      },
      status: { currentMetrics: [{ type: 'Resource', resource: { current: { averageUtilization: 10 } } }] }
    },
    ['a', 'Deployment/d', 'cpu: 10%/80%, <unknown>/5 + 1 more...', '<unset>', 3, 0, '60s']
  ]
])('%s', (_, group, plural, object, cells) => {
  expect(row(group, plural, { metadata, ...object })?.cells).toEqual(cells)
})
