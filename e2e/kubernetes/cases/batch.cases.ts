/** Jobs, CronJobs and HorizontalPodAutoscalers: defaults, rules, what may change, one version as another. */
import type { Case } from '../recorded-case.ts'
import { container, object, podTemplate } from './builders.ts'
import { changed, tried } from './kind-builders.ts'

const once = { restartPolicy: 'Never' }
const template = (spec: object = {}) => ({ spec: { schedulerName: 'oracle', containers: [container()], ...once, ...spec } })
const job = (name: string, spec: object = {}, metadata = {}) =>
  object('batch/v1 Job', name, { spec: { template: template(), ...spec } }, metadata)
const indexed = { completionMode: 'Indexed', completions: 3 }
const cron = (name: string, spec: object = {}) =>
  object('batch/v1 CronJob', name, { spec: { schedule: '0 0 1 1 *', jobTemplate: { spec: { template: template() } }, ...spec } })
const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' }
const autoscaler = (name: string, spec: object = {}, version = 'v2') =>
  object(`autoscaling/${version} HorizontalPodAutoscaler`, name, { spec: { scaleTargetRef: target, maxReplicas: 3, ...spec } })
const metrics = (...list: readonly object[]) => ({ metrics: list })
const cpu = (rest: object) => ({ type: 'Resource', resource: { name: 'cpu', target: rest } })
const failing = (...rules: readonly object[]) => ({ podFailurePolicy: { rules } })

export const cases: readonly Case[] = [
  tried(
    'job: defaults',
    job('plain'),
    job('parallel', { parallelism: 3 }),
    job('indexed', indexed),
    job('indexed-backoff', { ...indexed, backoffLimitPerIndex: 2, maxFailedIndexes: 1 }),
    job('labelled', { template: podTemplate('labelled', once) }),
    job('labelled-itself', { template: podTemplate('x', once) }, { labels: { mine: 'yes' } }),
    job('manual', { manualSelector: true, selector: { matchLabels: { app: 'manual' } }, template: podTemplate('manual', once) }),
    job('policy', failing({ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] })),
    job('success', { ...indexed, successPolicy: { rules: [{ succeededIndexes: '0-1', succeededCount: 1 }] } }),
    job('kept', { ttlSecondsAfterFinished: 0, suspend: true, activeDeadlineSeconds: 5 })
  ),
  tried(
    'job: rules',
    object('batch/v1 Job', 'empty', { spec: {} }),
    job('always', { template: template({ restartPolicy: 'Always' }) }),
    job('no-restart', { template: template({ restartPolicy: undefined }) }),
    job('odd-restart', { template: template({ restartPolicy: 'Sometimes' }) }),
    job('negative', { parallelism: -1, completions: -1, backoffLimit: -1, activeDeadlineSeconds: -1, ttlSecondsAfterFinished: -1 }),
    job('mode', { completionMode: 'Ordered' }),
    job('indexed-open', { completionMode: 'Indexed', parallelism: 2 }),
    job('per-index', { backoffLimitPerIndex: 1, maxFailedIndexes: 1 }),
    job('failed-indexes', { ...indexed, maxFailedIndexes: 5 }),
    job('managed', { managedBy: 'me' }),
    job('replacement', { podReplacementPolicy: 'Never' }),
    job('own-selector', { selector: { matchLabels: { a: 'b' } } }),
    job('own-label', { template: { metadata: { labels: { 'job-name': 'other' } }, ...template() } }),
    job('manual-mismatch', { manualSelector: true, selector: { matchLabels: { a: 'b' } } }),
    job('manual-none', { manualSelector: true }),
    job(`${'long-'.repeat(12)}name`, indexed),
    job('has.dots'),
    job(
      'policy',
      failing(
        { action: 'Panic', onExitCodes: { operator: 'Is', values: [] } },
        { onExitCodes: { operator: 'In', values: [0, 3, 2, 2], containerName: 'x' } },
        { action: 'FailIndex' },
        { action: 'Count', onPodConditions: [{ type: 'a b', status: 'Maybe' }], onExitCodes: { operator: 'In', values: [1] } }
      )
    ),
    job('policy-restart', {
      ...failing({ action: 'Ignore', onExitCodes: { operator: 'In', values: [1] } }),
      template: template({ restartPolicy: 'OnFailure' }),
      podReplacementPolicy: 'TerminatingOrFailed'
    }),
    job('success', { successPolicy: { rules: [{ succeededCount: 1 }] } }),
    job('success-rules', {
      ...indexed,
      successPolicy: {
        rules: [
          {},
          { succeededCount: 9 },
          { succeededIndexes: '5' },
          { succeededIndexes: '2,1' },
          { succeededIndexes: '1-2-3' },
          { succeededIndexes: 'x' },
          { succeededIndexes: '0', succeededCount: 2 }
        ]
      }
    })
  ),
  changed(
    'job: what may change',
    job('j', { suspend: true, template: podTemplate('j', once) }),
    { spec: { parallelism: 2 } },
    { spec: { completions: 5 } },
    { spec: { completionMode: 'Indexed' } },
    { spec: { selector: { matchLabels: { a: 'b' } } } },
    { spec: { backoffLimitPerIndex: 1 } },
    { spec: { managedBy: 'a.b/c' } },
    { spec: { template: { spec: { nodeSelector: { a: 'b' } } } } },
    { spec: { template: { metadata: { labels: { more: 'x' } } } } }
  ),
  tried(
    'cron job: defaults and rules',
    cron('plain'),
    cron('zone', { timeZone: 'Europe/Berlin', startingDeadlineSeconds: 3, concurrencyPolicy: 'Replace' }),
    cron('every', { schedule: '@every 1h' }),
    cron('hourly', { schedule: '@hourly' }),
    cron('names', { schedule: '*/5 1-3,7 ? jan-mar MON' }),
    object('batch/v1 CronJob', 'empty', { spec: {} }),
    cron('schedule', { schedule: 'soon' }),
    cron('fields', { schedule: '* * * *' }),
    cron('above', { schedule: '60 * * * *' }),
    cron('below', { schedule: '* * 0 * *' }),
    cron('beyond', { schedule: '* 5-3 * * *' }),
    cron('letters', { schedule: 'a * * * *' }),
    cron('step', { schedule: '*/0 * * * *' }),
    cron('slashes', { schedule: '*/1/2 * * * *' }),
    cron('hyphens', { schedule: '1-2-3 * * * *' }),
    cron('descriptor', { schedule: '@sometimes' }),
    cron('duration', { schedule: '@every soon' }),
    cron('inner-zone', { schedule: 'TZ=UTC 0 0 * * *' }),
    cron('odd-zone', { timeZone: 'Mars/Olympus' }),
    cron('no-zone', { timeZone: '' }),
    cron('local', { timeZone: 'Local' }),
    cron('lower-zone', { timeZone: 'europe/berlin' }),
    cron('policy', { concurrencyPolicy: 'Queue', startingDeadlineSeconds: -1, successfulJobsHistoryLimit: -1, failedJobsHistoryLimit: -1 }),
    cron('selector', { jobTemplate: { spec: { selector: { matchLabels: { a: 'b' } }, manualSelector: true, template: template() } } }),
    cron('always', { jobTemplate: { spec: { template: template({ restartPolicy: undefined }) } } }),
    cron('x'.repeat(53)),
    cron('has.dots')
  ),
  changed(
    'cron job: what may change',
    cron('c', { suspend: true }),
    { spec: { schedule: '1 1 1 1 *' } },
    { spec: { schedule: 'x' } },
    { spec: { timeZone: 'x' } },
    { spec: { suspend: false, schedule: '0 0 1 2 *' } }
  ),
  tried(
    'autoscaler: defaults',
    autoscaler('plain'),
    autoscaler('old', { targetCPUUtilizationPercentage: 50 }, 'v1'),
    autoscaler('old-plain', {}, 'v1'),
    autoscaler('behaves', { behavior: {} }),
    autoscaler('behaves-up', {
      behavior: {
        scaleUp: { stabilizationWindowSeconds: 5 },
        scaleDown: { policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }], selectPolicy: 'Disabled' }
      }
    }),
    autoscaler(
      'metrics',
      metrics(
        cpu({ type: 'AverageValue', averageValue: '0.5' }),
        { type: 'Pods', pods: { metric: { name: 'm' }, target: { type: 'AverageValue', averageValue: '1e3' } } },
        {
          type: 'ContainerResource',
          containerResource: { name: 'memory', container: 'c', target: { type: 'Utilization', averageUtilization: 3 } }
        }
      )
    )
  ),
  tried(
    'autoscaler: rules',
    object('autoscaling/v2 HorizontalPodAutoscaler', 'empty', { spec: {} }),
    autoscaler('bounds', { minReplicas: 5 }),
    autoscaler('zero', { minReplicas: 0 }),
    autoscaler('negative', { minReplicas: -1, maxReplicas: -1 }),
    autoscaler('target', { scaleTargetRef: { apiVersion: 'a/b/c', kind: 'a/b', name: 'a%b' } }),
    autoscaler('group', { scaleTargetRef: { apiVersion: 'v1', kind: 'Pod', name: 'x' } }),
    autoscaler('types', metrics({ type: '' }, { type: 'Mood' }, { type: 'Pods' })),
    autoscaler(
      'two',
      metrics({ ...cpu({ type: 'Utilization', averageUtilization: 1 }), pods: { metric: { name: 'm' }, target: { type: 'Value' } } })
    ),
    autoscaler(
      'cpu',
      metrics(
        cpu({}),
        cpu({ type: 'Utilization', averageUtilization: 0 }),
        cpu({ type: 'Utilization', averageUtilization: 5, averageValue: '-1' })
      )
    ),
    autoscaler('pods', metrics({ type: 'Pods', pods: { metric: { name: '' }, target: { type: 'Value', value: '1' } } })),
    autoscaler(
      'object',
      metrics({
        type: 'Object',
        object: { metric: { name: 'a/b' }, describedObject: { kind: 'K', name: 'n', apiVersion: 'v1' }, target: { type: 'Value' } }
      })
    ),
    autoscaler(
      'external',
      metrics({ type: 'External', external: { metric: { name: 'm' }, target: { type: 'Value', value: '0', averageValue: '1' } } })
    ),
    autoscaler(
      'container',
      metrics({
        type: 'ContainerResource',
        containerResource: { name: 'gpu', container: 'A', target: { type: 'Utilization', averageUtilization: 1 } }
      })
    ),
    autoscaler('no-policies', { behavior: { scaleUp: { policies: [] }, scaleDown: { policies: [], selectPolicy: 'Disabled' } } }),
    autoscaler('null-policies', { behavior: { scaleUp: { policies: null } } }),
    autoscaler('behavior', {
      behavior: {
        scaleUp: { stabilizationWindowSeconds: -1, selectPolicy: 'Some' },
        scaleDown: {
          stabilizationWindowSeconds: 9999,
          policies: [
            { type: 'X', value: 0, periodSeconds: 0 },
            { type: 'Pods', value: 1, periodSeconds: 9999 }
          ]
        }
      }
    })
  ),
  {
    name: 'autoscaler: one version as the other',
    steps: [
      { verb: 'create', object: autoscaler('old', { targetCPUUtilizationPercentage: 50 }, 'v1') },
      { verb: 'get', of: 'autoscaling/v2 HorizontalPodAutoscaler old', show: ['spec'] },
      {
        verb: 'create',
        object: autoscaler('new', {
          ...metrics(cpu({ type: 'Utilization', averageUtilization: 70 }), {
            type: 'Resource',
            resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '1Gi' } }
          }),
          behavior: { scaleUp: { selectPolicy: 'Min' } }
        })
      },
      { verb: 'get', of: 'autoscaling/v1 HorizontalPodAutoscaler new', show: ['spec'] },
      { verb: 'patch', of: 'autoscaling/v1 HorizontalPodAutoscaler new', patch: { spec: { maxReplicas: 9 } }, show: ['spec'] },
      { verb: 'get', of: 'autoscaling/v2 HorizontalPodAutoscaler new', show: ['spec'] },
      {
        verb: 'patch',
        of: 'autoscaling/v1 HorizontalPodAutoscaler new',
        patch: { spec: { targetCPUUtilizationPercentage: 10 } },
        show: ['spec']
      },
      { verb: 'get', of: 'autoscaling/v2 HorizontalPodAutoscaler new', show: ['spec'] }
    ]
  }
]
