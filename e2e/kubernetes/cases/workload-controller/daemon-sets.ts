/** DaemonSets. */
import type { Case } from '../../recorded-case.ts'
import { object, podTemplate } from '../builders.ts'
import { comesTo, eventsOf, made, podsAppear, ready } from '../controller-builders.ts'
import { type Json, other, change, gone } from './builders.ts'

const DAEMON = 'apps/v1 DaemonSet w'

const daemon = (spec: Json = {}) =>
  object('apps/v1 DaemonSet', 'w', { spec: { selector: { matchLabels: { app: 'w' } }, template: podTemplate('w'), ...spec } })

export const daemonSets: readonly Case[] = [
  {
    name: 'a daemon set',
    pods: true,
    steps: [
      ...made(daemon()),
      podsAppear('w', 1, { show: ['items.0.metadata.labels', 'items.0.metadata.generateName', 'items.0.spec.tolerations'] }),
      comesTo(DAEMON, { 'status.currentNumberScheduled': 1, 'status.observedGeneration': 1, 'status.updatedNumberScheduled': 1 }),
      ready('$POD0'),
      comesTo(DAEMON, { 'status.numberAvailable': 1 }),
      eventsOf('w', 1)
    ]
  },
  {
    name: 'a daemon set for nodes that there are not',
    pods: true,
    steps: [
      ...made(daemon({ template: podTemplate('w', { nodeSelector: { no: 'such' } }) })),
      comesTo(DAEMON, { 'status.observedGeneration': 1 })
    ]
  },
  {
    name: 'a daemon update',
    pods: true,
    steps: [
      ...made(daemon()),
      podsAppear('w', 1),
      ready('$POD0'),
      comesTo(DAEMON, { 'status.numberAvailable': 1 }),
      change(DAEMON, { template: other('w') }),
      comesTo(DAEMON, { 'status.observedGeneration': 2, 'status.updatedNumberScheduled': 1, 'status.numberUnavailable': 1 }),
      eventsOf('w', 3, ['reason'])
    ]
  },
  {
    name: 'a daemon update with surge',
    pods: true,
    steps: [
      ...made(daemon({ updateStrategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } })),
      podsAppear('w', 1, { capture: { OLD: 'items.0.metadata.name' } }),
      ready('$OLD'),
      comesTo(DAEMON, { 'status.numberAvailable': 1 }),
      change(DAEMON, { template: other('w') }),
      podsAppear('w', 2, { capture: {} }),
      {
        verb: 'wait',
        verb2: 'list',
        of: 'v1 Pod',
        query: { labelSelector: 'app=w', fieldSelector: 'metadata.name!=$OLD' },
        where: { 'items.length': 1 },
        capture: { NEW: 'items.0.metadata.name' }
      },
      ready('$NEW'),
      { verb: 'wait', of: 'v1 Pod $OLD', status: 404, show: 'verdict' },
      comesTo(DAEMON, { 'status.updatedNumberScheduled': 1, 'status.numberAvailable': 1, 'status.observedGeneration': 2 })
    ]
  },
  {
    name: 'a daemon set that is updated on delete',
    pods: true,
    steps: [
      ...made(daemon({ updateStrategy: { type: 'OnDelete' } })),
      podsAppear('w', 1),
      change(DAEMON, { template: other('w') }),
      comesTo(DAEMON, { 'status.observedGeneration': 2 }, ['status.updatedNumberScheduled', 'status.currentNumberScheduled']),
      gone('v1 Pod $POD0'),
      comesTo(DAEMON, { 'status.updatedNumberScheduled': 1 }, ['status.updatedNumberScheduled'])
    ]
  },
  {
    name: 'a daemon pod that failed',
    pods: true,
    steps: [
      ...made(daemon()),
      podsAppear('w', 1),
      { verb: 'patch', of: 'v1 Pod $POD0', sub: 'status', patch: { status: { phase: 'Failed' } }, silent: true },
      { verb: 'wait', of: 'v1 Pod $POD0', status: 404, show: 'verdict' },
      podsAppear('w', 1)
    ]
  }
]
