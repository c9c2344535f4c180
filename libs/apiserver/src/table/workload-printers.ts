/** Columns of workload controllers. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { ageText, durationText } from './age.ts'
import { column, imagesText, namesText, NONE, selectorText, labelsText, type Printer } from './column.ts'

const containers = <T extends k8s.Deployment | k8s.ReplicaSet | k8s.StatefulSet | k8s.DaemonSet | k8s.Job>(selector: boolean) => [
  column<T>('Containers', ({ spec }) => namesText(spec?.template?.spec?.containers), {
    wide: true,
    description: 'Names of each container in the template.'
  }),
  column<T>('Images', ({ spec }) => imagesText(spec?.template?.spec?.containers), {
    wide: true,
    description: 'Images referenced by each container in the template.'
  }),
  ...(selector ? [column<T>('Selector', ({ spec }) => selectorText(spec?.selector), { wide: true })] : [])
]
const integer = { type: 'integer' }

export const workloadPrinters: Readonly<Record<string, Printer>> = {
  'apps/deployments': (age) => [
    column<k8s.Deployment>('Ready', ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`, {
      description: 'Number of the pod with ready state'
    }),
    column<k8s.Deployment>('Up-to-date', ({ status }) => status?.updatedReplicas ?? 0),
    column<k8s.Deployment>('Available', ({ status }) => status?.availableReplicas ?? 0),
    age,
    ...containers<k8s.Deployment>(true)
  ],
  'apps/replicasets': (age) => [
    column<k8s.ReplicaSet>('Desired', ({ spec }) => spec?.replicas ?? 0, integer),
    column<k8s.ReplicaSet>('Current', ({ status }) => status?.replicas ?? 0, integer),
    column<k8s.ReplicaSet>('Ready', ({ status }) => status?.readyReplicas ?? 0, integer),
    age,
    ...containers<k8s.ReplicaSet>(true)
  ],
  'apps/statefulsets': (age) => [
    column<k8s.StatefulSet>('Ready', ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`, {
      description: 'Number of the pod with ready state'
    }),
    age,
    ...containers<k8s.StatefulSet>(false)
  ],
  'apps/daemonsets': (age) => [
    column<k8s.DaemonSet>('Desired', ({ status }) => status?.desiredNumberScheduled ?? 0, integer),
    column<k8s.DaemonSet>('Current', ({ status }) => status?.currentNumberScheduled ?? 0, integer),
    column<k8s.DaemonSet>('Ready', ({ status }) => status?.numberReady ?? 0, integer),
    column<k8s.DaemonSet>('Up-to-date', ({ status }) => status?.updatedNumberScheduled ?? 0, integer),
    column<k8s.DaemonSet>('Available', ({ status }) => status?.numberAvailable ?? 0, integer),
    column<k8s.DaemonSet>('Node Selector', ({ spec }) => labelsText(spec?.template?.spec?.nodeSelector)),
    age,
    ...containers<k8s.DaemonSet>(true)
  ],
  'batch/jobs': (age) => [
    column<k8s.Job>('Status', jobStatus, { description: 'Status of the job.' }),
    column<k8s.Job>('Completions', completions),
    column<k8s.Job>('Duration', jobDuration, { description: 'Time required to complete the job.' }),
    age,
    ...containers<k8s.Job>(true)
  ],
  'batch/cronjobs': (age) => [
    column<k8s.CronJob>('Schedule', ({ spec }) => spec?.schedule ?? ''),
    column<k8s.CronJob>('Timezone', ({ spec }) => spec?.timeZone ?? NONE),
    column<k8s.CronJob>('Suspend', ({ spec }) => (spec?.suspend === true ? 'True' : 'False')),
    column<k8s.CronJob>('Active', ({ status }) => (status?.active ?? []).length, integer),
    column<k8s.CronJob>('Last Schedule', ({ status }, now) =>
      status?.lastScheduleTime === undefined ? NONE : ageText(status.lastScheduleTime, now)
    ),
    age
  ],
  'autoscaling/horizontalpodautoscalers': (age) => [
    column<k8s.HorizontalPodAutoscaler>('Reference', ({ spec }) => `${spec?.scaleTargetRef?.kind}/${spec?.scaleTargetRef?.name}`),
    column<k8s.HorizontalPodAutoscaler>('Targets', ({ spec }) => ((spec?.metrics ?? []).length === 0 ? NONE : '<unknown>')),
    column<k8s.HorizontalPodAutoscaler>('MinPods', ({ spec }) => String(spec?.minReplicas ?? '<unset>')),
    column<k8s.HorizontalPodAutoscaler>('MaxPods', ({ spec }) => spec?.maxReplicas ?? 0),
    column<k8s.HorizontalPodAutoscaler>('Replicas', ({ status }) => status?.currentReplicas ?? 0),
    age
  ]
}

function jobStatus({ status, metadata, spec }: k8s.Job): string {
  const has = (type: string) => status?.conditions?.some((condition) => condition.type === type && condition.status === 'True') === true
  if (has('Complete')) return 'Complete'
  if (has('Failed')) return 'Failed'
  if (metadata.deletionTimestamp !== undefined) return 'Terminating'
  if (has('Suspended') || spec?.suspend === true) return 'Suspended'
  if (has('FailureTarget')) return 'FailureTarget'
  return has('SuccessCriteriaMet') ? 'SuccessCriteriaMet' : 'Running'
}

function completions({ spec, status }: k8s.Job): string {
  const done = status?.succeeded ?? 0
  if (spec?.completions !== undefined) return `${done}/${spec.completions}`
  const parallel = spec?.parallelism ?? 0
  return parallel > 1 ? `${done}/1 of ${parallel}` : `${done}/1`
}

function jobDuration({ status }: k8s.Job, now: number): string {
  if (status?.startTime === undefined) return ''
  const end = status.completionTime === undefined ? now : Date.parse(status.completionTime)
  return durationText(end - Date.parse(status.startTime))
}
