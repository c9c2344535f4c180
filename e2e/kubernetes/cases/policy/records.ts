/** Leases, events, namespaces, nodes, and what of a budget may change. */
import type { Case } from '../../recorded-case.ts'
import { lease, object } from '../builders.ts'
import { changed, tried } from '../kind-builders.ts'
import { budget } from './builders.ts'

const node = (name: string, rest: object) => object('v1 Node', `oracle-${name}`, { ...rest })

const event = (name: string, rest: object = {}) =>
  object('v1 Event', name, {
    involvedObject: { kind: 'Pod', name: 'p', namespace: '$NS' },
    reason: 'Test',
    message: 'm',
    type: 'Normal',
    ...rest
  })

const modern = (name: string, rest: object = {}) =>
  object('events.k8s.io/v1 Event', name, {
    regarding: { kind: 'Pod', name: 'p', namespace: '$NS' },
    eventTime: '2020-01-01T00:00:00.000000Z',
    reportingController: 'example.com/c',
    reportingInstance: 'c-1',
    action: 'Do',
    reason: 'Test',
    note: 'm',
    type: 'Normal',
    ...rest
  })

export const records: readonly Case[] = [
  tried(
    'lease: rules',
    lease('fine', { holderIdentity: 'me', leaseDurationSeconds: 15, renewTime: '2020-01-01T00:00:00.000000Z' }),
    lease('zero', { leaseDurationSeconds: 0 }),
    lease('negative', { leaseDurationSeconds: -1, leaseTransitions: -1 }),
    lease('time', { renewTime: 'soon' }),
    lease('A_b')
  ),
  tried(
    'event: both shapes',
    event('plain'),
    event('other', { involvedObject: { kind: 'Pod', name: 'p', namespace: 'elsewhere' } }),
    event('nobody', { involvedObject: { kind: 'Node', name: 'n' } }),
    event('timed', { eventTime: '2020-01-01T00:00:00.000000Z' }),
    event('timed-fully', { eventTime: '2020-01-01T00:00:00.000000Z', reportingComponent: 'c', reportingInstance: 'i', action: 'a' }),
    event('odd-type', { type: 'Mood' }),
    modern('modern'),
    modern('untimed', { eventTime: undefined }),
    modern('typed', { type: 'Mood' }),
    modern('old', { deprecatedCount: 3, deprecatedSource: { component: 'x' } }),
    modern('series', { series: { count: 1, lastObservedTime: '2020-01-01T00:00:00.000000Z' } }),
    modern('bare', { action: '', reason: '', reportingController: '', reportingInstance: '' }),
    modern('long', { note: 'x'.repeat(1025), action: 'y'.repeat(129) })
  ),
  {
    name: 'event: one shape as the other',
    steps: [
      {
        verb: 'create',
        object: event('old', {
          source: { component: 'c', host: 'h' },
          count: 2,
          firstTimestamp: '2020-01-01T00:00:00Z',
          lastTimestamp: '2020-01-02T00:00:00Z'
        })
      },
      { verb: 'get', of: 'events.k8s.io/v1 Event old' },
      {
        verb: 'create',
        object: modern('new', {
          series: { count: 2, lastObservedTime: '2020-01-01T00:00:00.000000Z' },
          related: { kind: 'Node', name: 'n' }
        })
      },
      { verb: 'get', of: 'v1 Event new' },
      { verb: 'patch', of: 'events.k8s.io/v1 Event new', patch: { note: 'other' } },
      {
        verb: 'patch',
        of: 'events.k8s.io/v1 Event new',
        patch: { series: { count: 3, lastObservedTime: '2020-01-01T00:00:01.000000Z' } },
        show: ['series']
      },
      { verb: 'patch', of: 'v1 Event old', patch: { count: 3 }, show: ['count'] }
    ]
  },
  tried(
    'namespace and node: rules',
    object('v1 Namespace', 'oracle-fine', {}),
    object('v1 Namespace', 'oracle.dotted', {}),
    object('v1 Namespace', 'oracle-finalized', { spec: { finalizers: ['lonely'] } }),
    object('v1 Namespace', 'oracle-labelled', {}, { labels: { 'kubernetes.io/metadata.name': 'other' } }),
    node('plain', { spec: { taints: [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }] } }),
    node('taints', {
      spec: {
        taints: [
          { key: 'a', effect: 'NoSchedule' },
          { key: 'a', effect: 'NoSchedule', value: 'x' },
          { key: 'a b', effect: 'Never' },
          { key: 'c' }
        ]
      }
    }),
    node('blocks', { spec: { podCIDRs: ['x'] } })
  ),
  changed(
    'budget: what may change',
    budget('b', { minAvailable: 1 }),
    { spec: { minAvailable: 2 } },
    { spec: { minAvailable: null, maxUnavailable: '10%' } },
    { spec: { maxUnavailable: 1 } }
  )
]
