/** What becomes of Jobs: pods, counts, conditions, events. */
import type { Case, Step } from '../recorded-case.ts'
import { object, podTemplate } from './builders.ts'
import { comesTo, eventsOf, failed, made, podsAppear, ready, succeeded } from './controller-builders.ts'

const JOB = 'batch/v1 Job j'
const job = (spec: Readonly<Record<string, unknown>> = {}) =>
  object('batch/v1 Job', 'j', { spec: { template: podTemplate('j', { restartPolicy: 'Never' }), ...spec } })
const indexed = (completions: number, spec: Readonly<Record<string, unknown>> = {}) =>
  job({ completions, parallelism: completions, completionMode: 'Indexed', ...spec })
const POD_PARTS = [
  'items.0.metadata.labels',
  'items.0.metadata.annotations',
  'items.0.metadata.finalizers',
  'items.0.metadata.ownerReferences',
  'items.0.metadata.generateName',
  'items.0.spec.hostname',
  'items.0.spec.containers'
]
const count = (type: string, at: number): Readonly<Record<string, unknown>> => ({ [`status.conditions.${at}.type`]: type })
const change = (spec: Readonly<Record<string, unknown>>): Step => ({ verb: 'patch', of: JOB, patch: { spec }, silent: true })
const ended = count('Complete', 1)
const lost = count('Failed', 1)

export const cases: readonly Case[] = [
  {
    name: 'a job runs and succeeds',
    pods: true,
    steps: [
      ...made(job()),
      podsAppear('j', 1, { show: POD_PARTS }),
      comesTo(JOB, { 'status.active': 1 }),
      succeeded('$POD0'),
      comesTo(JOB, ended),
      eventsOf('j', 2)
    ]
  },
  {
    name: 'a job whose pod is ready',
    pods: true,
    steps: [...made(job()), podsAppear('j', 1), ready('$POD0'), comesTo(JOB, { 'status.ready': 1 })]
  },
  {
    name: 'a job fails at its back-off limit',
    pods: true,
    steps: [...made(job({ backoffLimit: 0 })), podsAppear('j', 1), failed('$POD0'), comesTo(JOB, lost), eventsOf('j', 2)]
  },
  {
    name: 'a job fails by its failure policy',
    pods: true,
    steps: [
      ...made(job({ podFailurePolicy: { rules: [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [42] } }] } })),
      podsAppear('j', 1),
      failed('$POD0', 42),
      comesTo(JOB, lost),
      eventsOf('j', 2)
    ]
  },
  {
    name: 'a failure that the policy ignores does not count',
    pods: true,
    steps: [
      ...made(
        job({
          backoffLimit: 0,
          podFailurePolicy: { rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }] }
        })
      ),
      podsAppear('j', 1),
      {
        verb: 'patch',
        of: 'v1 Pod $POD0',
        sub: 'status',
        patch: { status: { phase: 'Failed', conditions: [{ type: 'DisruptionTarget', status: 'True' }] } },
        silent: true
      },
      podsAppear('j', 2),
      comesTo(JOB, { 'status.active': 1 })
    ]
  },
  {
    name: 'an index that fails for good',
    pods: true,
    steps: [
      ...made(indexed(2, { backoffLimitPerIndex: 0 })),
      podsAppear('j', 2, { show: POD_PARTS }),
      failed('$POD0'),
      comesTo(JOB, { 'status.failedIndexes': '0', 'status.failed': 1 }),
      succeeded('$POD1'),
      comesTo(JOB, lost),
      eventsOf('j', 3)
    ]
  },
  {
    name: 'a policy fails one index',
    pods: true,
    steps: [
      ...made(
        indexed(2, {
          backoffLimitPerIndex: 3,
          podFailurePolicy: { rules: [{ action: 'FailIndex', onExitCodes: { operator: 'In', values: [7] } }] }
        })
      ),
      podsAppear('j', 2),
      failed('$POD1', 7),
      comesTo(JOB, { 'status.failedIndexes': '1', 'status.failed': 1 }),
      succeeded('$POD0'),
      comesTo(JOB, lost)
    ]
  },
  {
    name: 'too many failed indexes',
    pods: true,
    steps: [
      ...made(indexed(3, { backoffLimitPerIndex: 0, maxFailedIndexes: 0 })),
      podsAppear('j', 3),
      failed('$POD2'),
      comesTo(JOB, count('FailureTarget', 0), ['status.conditions.0', 'status.failedIndexes'])
    ]
  },
  {
    name: 'a success policy by indexes',
    pods: true,
    steps: [
      ...made(indexed(3, { successPolicy: { rules: [{ succeededIndexes: '0' }] } })),
      podsAppear('j', 3),
      succeeded('$POD0'),
      comesTo(JOB, count('SuccessCriteriaMet', 0), ['status.conditions.0', 'status.succeeded', 'status.completedIndexes'])
    ]
  },
  {
    name: 'a success policy by count',
    pods: true,
    steps: [
      ...made(indexed(3, { successPolicy: { rules: [{ succeededIndexes: '0-2', succeededCount: 2 }] } })),
      podsAppear('j', 3),
      succeeded('$POD0'),
      succeeded('$POD2'),
      comesTo(JOB, count('SuccessCriteriaMet', 0), ['status.conditions.0', 'status.succeeded', 'status.completedIndexes'])
    ]
  },
  {
    name: 'all indexes succeed',
    pods: true,
    steps: [...made(indexed(2)), podsAppear('j', 2), succeeded('$POD0'), succeeded('$POD1'), comesTo(JOB, ended)]
  },
  {
    name: 'a suspended job, resumed',
    pods: true,
    steps: [
      ...made(job({ suspend: true })),
      comesTo(JOB, count('Suspended', 0)),
      change({ suspend: false }),
      podsAppear('j', 1),
      comesTo(JOB, { 'status.active': 1 }),
      eventsOf('j', 3)
    ]
  },
  {
    name: 'a running job, suspended',
    pods: true,
    steps: [
      ...made(job()),
      podsAppear('j', 1),
      comesTo(JOB, { 'status.active': 1 }),
      change({ suspend: true }),
      podsAppear('j', 0),
      comesTo(JOB, count('Suspended', 0), ['status.conditions', 'status.active', 'status.startTime', 'status.failed'])
    ]
  },
  {
    name: 'a job past its deadline',
    pods: true,
    steps: [
      ...made(job({ activeDeadlineSeconds: 1 })),
      podsAppear('j', 1),
      comesTo(JOB, lost, ['status.conditions', 'status.failed']),
      eventsOf('j', 3)
    ]
  },
  {
    name: 'less and more parallelism',
    pods: true,
    steps: [
      ...made(job({ parallelism: 3, completions: 5 })),
      podsAppear('j', 3),
      comesTo(JOB, { 'status.active': 3 }),
      change({ parallelism: 1 }),
      podsAppear('j', 1),
      comesTo(JOB, { 'status.active': 1 }, ['status.active', 'status.failed']),
      change({ parallelism: 2 }),
      podsAppear('j', 2),
      comesTo(JOB, { 'status.active': 2 }, ['status.active', 'status.failed'])
    ]
  },
  {
    name: 'no parallelism',
    pods: true,
    steps: [...made(job({ parallelism: 0 })), comesTo(JOB, { 'status.ready': 0 })]
  },
  {
    name: 'an indexed job grows and shrinks',
    pods: true,
    steps: [
      ...made(indexed(2)),
      podsAppear('j', 2),
      change({ completions: 3, parallelism: 3 }),
      podsAppear('j', 3),
      change({ completions: 1, parallelism: 1 }),
      podsAppear('j', 1, { show: ['items.0.metadata.annotations'] }),
      comesTo(JOB, { 'status.active': 1 }, ['status.active', 'status.failed'])
    ]
  },
  {
    name: 'a finished job that is not kept',
    pods: true,
    steps: [
      ...made(job({ ttlSecondsAfterFinished: 0 })),
      podsAppear('j', 1),
      succeeded('$POD0'),
      { verb: 'wait', of: JOB, status: 404, show: 'verdict' }
    ]
  },
  {
    name: 'a job of another controller',
    pods: true,
    steps: [...made(job({ managedBy: 'example.com/other' })), { verb: 'sleep', ms: 300 }, { verb: 'get', of: JOB, show: ['status'] }]
  },
  {
    name: 'a job without completions ends with the first success and the last pod',
    pods: true,
    steps: [
      ...made(job({ parallelism: 2 })),
      podsAppear('j', 2),
      succeeded('$POD0'),
      comesTo(JOB, { 'status.succeeded': 1 }),
      succeeded('$POD1'),
      comesTo(JOB, ended, ['status.conditions', 'status.succeeded'])
    ]
  }
]
