/** Columns of workload controllers. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { ageText, durationText } from './age.ts'
import { cell, imagesText, namesText, NONE, selectorText, labelsText, type Printer } from './cell.ts'
import { metricsText } from './metrics-text.ts'

type Workload = k8s.Deployment | k8s.ReplicaSet | k8s.StatefulSet | k8s.DaemonSet | k8s.Job

const containers = {
  Containers: cell<Workload>(({ spec }) => namesText(spec?.template?.spec?.containers)),
  Images: cell<Workload>(({ spec }) => imagesText(spec?.template?.spec?.containers)),
  Selector: cell<Workload>(({ spec }) => selectorText(spec?.selector))
}

export const workloadPrinters: Readonly<Record<string, Printer>> = {
  'apps/deployments': {
    Ready: cell<k8s.Deployment>(({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`),
    'Up-to-date': cell<k8s.Deployment>(({ status }) => status?.updatedReplicas ?? 0),
    Available: cell<k8s.Deployment>(({ status }) => status?.availableReplicas ?? 0),
    ...containers
  },
  'apps/replicasets': {
    Desired: cell<k8s.ReplicaSet>(({ spec }) => spec?.replicas ?? 0),
    Current: cell<k8s.ReplicaSet>(({ status }) => status?.replicas ?? 0),
    Ready: cell<k8s.ReplicaSet>(({ status }) => status?.readyReplicas ?? 0),
    ...containers
  },
  'apps/controllerrevisions': {
    Controller: cell<k8s.ControllerRevision>(({ metadata }) => {
      const owner = metadata.ownerReferences?.find(({ controller }) => controller === true)
      if (owner === undefined) return NONE
      const [group] = owner.apiVersion.includes('/') ? owner.apiVersion.split('/', 1) : ['']
      return `${owner.kind.toLowerCase()}${group === '' ? '' : `.${group}`}/${owner.name}`
    }),
    Revision: cell<k8s.ControllerRevision>(({ revision }) => revision)
  },
  '/replicationcontrollers': {
    Desired: cell<k8s.ReplicationController>(({ spec }) => spec?.replicas ?? 0),
    Current: cell<k8s.ReplicationController>(({ status }) => status?.replicas ?? 0),
    Ready: cell<k8s.ReplicationController>(({ status }) => status?.readyReplicas ?? 0),
    Containers: cell<k8s.ReplicationController>(({ spec }) => namesText(spec?.template?.spec?.containers)),
    Images: cell<k8s.ReplicationController>(({ spec }) => imagesText(spec?.template?.spec?.containers)),
    Selector: cell<k8s.ReplicationController>(({ spec }) => labelsText(spec?.selector))
  },
  '/podtemplates': {
    Containers: cell<k8s.PodTemplate>(({ template }) => namesText(template?.spec?.containers)),
    Images: cell<k8s.PodTemplate>(({ template }) => imagesText(template?.spec?.containers)),
    'Pod Labels': cell<k8s.PodTemplate>(({ template }) => labelsText(template?.metadata?.labels))
  },
  'apps/statefulsets': {
    Ready: cell<k8s.StatefulSet>(({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`),
    Containers: containers.Containers,
    Images: containers.Images
  },
  'apps/daemonsets': {
    Desired: cell<k8s.DaemonSet>(({ status }) => status?.desiredNumberScheduled ?? 0),
    Current: cell<k8s.DaemonSet>(({ status }) => status?.currentNumberScheduled ?? 0),
    Ready: cell<k8s.DaemonSet>(({ status }) => status?.numberReady ?? 0),
    'Up-to-date': cell<k8s.DaemonSet>(({ status }) => status?.updatedNumberScheduled ?? 0),
    Available: cell<k8s.DaemonSet>(({ status }) => status?.numberAvailable ?? 0),
    'Node Selector': cell<k8s.DaemonSet>(({ spec }) => labelsText(spec?.template?.spec?.nodeSelector)),
    ...containers
  },
  'batch/jobs': {
    Status: cell<k8s.Job>(jobStatus),
    Completions: cell<k8s.Job>(completions),
    Duration: cell<k8s.Job>(jobDuration),
    ...containers
  },
  'batch/cronjobs': {
    Schedule: cell<k8s.CronJob>(({ spec }) => spec?.schedule ?? ''),
    Timezone: cell<k8s.CronJob>(({ spec }) => spec?.timeZone ?? NONE),
    Suspend: cell<k8s.CronJob>(({ spec }) => (spec?.suspend === true ? 'True' : 'False')),
    Active: cell<k8s.CronJob>(({ status }) => (status?.active ?? []).length),
    'Last Schedule': cell<k8s.CronJob>(({ status }, now) =>
      status?.lastScheduleTime === undefined ? NONE : ageText(status.lastScheduleTime, now)
    ),
    Containers: cell<k8s.CronJob>(({ spec }) => namesText(spec?.jobTemplate?.spec?.template?.spec?.containers)),
    Images: cell<k8s.CronJob>(({ spec }) => imagesText(spec?.jobTemplate?.spec?.template?.spec?.containers)),
    Selector: cell<k8s.CronJob>(({ spec }) => selectorText(spec?.jobTemplate?.spec?.selector))
  },
  'autoscaling/horizontalpodautoscalers': {
    Reference: cell<k8s.HorizontalPodAutoscaler>(({ spec }) => `${spec?.scaleTargetRef?.kind}/${spec?.scaleTargetRef?.name}`),
    Targets: cell<k8s.HorizontalPodAutoscaler>(metricsText),
    MinPods: cell<k8s.HorizontalPodAutoscaler>(({ spec }) => String(spec?.minReplicas ?? '<unset>')),
    MaxPods: cell<k8s.HorizontalPodAutoscaler>(({ spec }) => spec?.maxReplicas ?? 0),
    Replicas: cell<k8s.HorizontalPodAutoscaler>(({ status }) => status?.currentReplicas ?? 0)
  }
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
