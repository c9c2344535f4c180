import {
  adviceFor,
  advised,
  classAnnotations,
  firstOf,
  hpaClass,
  kpaClass,
  readyOf,
  revisionConditions,
  type ConditionSet,
  type PodAutoscaler,
  type RevisionStatus,
  type Status
} from '@knative-ts/api'
import type { Deployment } from '@knative-ts/api/kubernetes'
import { isTrue } from '@knative-ts/api'
import { Marks } from '@knative-ts/kube'

const rollout: ConditionSet = { happy: 'Ready', dependents: ['Progressing', 'ReplicaSetReady'] }

/** There is no Deployment yet, or it was made in this very pass. */
export function markDeploying(status: RevisionStatus): void {
  const marks = new Marks(status, revisionConditions)
  marks.unknown('ResourcesAvailable', 'Deploying')
  marks.unknown('ContainerHealthy', 'Deploying')
}

/** The Deployment's own view of how it goes. */
export function followDeployment(status: RevisionStatus, deployment: Deployment): void {
  const scratch: Status = {}
  const seen = new Marks(scratch, rollout)
  seen.true('ReplicaSetReady')
  seen.unknown('Progressing', 'Deploying')
  for (const { type, status: state, reason = '', message = '' } of deployment.status?.conditions ?? []) {
    if (type === 'Progressing') mark(seen, 'Progressing', state, reason, message)
    if (type === 'ReplicaFailure')
      mark(
        seen,
        'ReplicaSetReady',
        state === 'True' ? 'False' : state === 'False' ? 'True' : state,
        reason,
        advised(message, adviceFor('create', message))
      )
  }
  const marks = new Marks(status, revisionConditions)
  marks.mirror('ResourcesAvailable', readyOf({ metadata: {}, status: scratch }))
  if ((deployment.status?.readyReplicas ?? 0) > 0) marks.true('ContainerHealthy')
}

function mark(marks: Marks, type: string, state: string, reason: string, message: string): void {
  if (state === 'True') marks.true(type)
  else if (state === 'False') marks.false(type, reason, message)
  else marks.unknown(type, reason, message)
}

/** The Deployment has given up waiting for progress. */
export function isOverdue(deployment: Deployment): boolean {
  const progressing = deployment.status?.conditions?.find(({ type }) => type === 'Progressing')
  return progressing?.status === 'False' && progressing.reason === 'ProgressDeadlineExceeded'
}

/** Pods are wanted, and none works. */
export const isStuck = (deployment: Deployment): boolean =>
  (deployment.spec?.replicas ?? 0) > 0 && (deployment.status?.availableReplicas ?? 0) === 0

/**
 * What keeps the revision from being ready without being a failure yet, as the message of what is unknown; when a deadline is over, behind the words of who
 * watched it. Comes last in a pass: what was marked last is what Ready says.
 */
export function tellTrouble(status: RevisionStatus, trouble: string): void {
  const marks = new Marks(status, revisionConditions)
  if (trouble === '' || marks.isTrue('Ready')) return
  const { status: state, reason = '', message = '' } = marks.get('ResourcesAvailable') ?? {}
  if (state === 'Unknown') marks.unknown('ResourcesAvailable', reason, trouble)
  else if (state === 'False' && !message.includes(trouble)) marks.false('ResourcesAvailable', reason, `${message} ${trouble}`.trimStart())
}

/** What the autoscaler knows: scale, and whether the revision ever had the pods that it should start with. */
export function followAutoscaler(status: RevisionStatus, autoscaler: PodAutoscaler | undefined): void {
  const marks = new Marks(status, revisionConditions)
  const seen = autoscaler?.status
  replicas(status, 'actualReplicas', seen?.actualScale)
  replicas(status, 'desiredReplicas', seen?.desiredScale)
  const ready = autoscaler === undefined ? undefined : readyOf(autoscaler)
  if (ready === undefined) {
    marks.unknown('Active', 'Deploying')
    if (!marks.isFalse('ResourcesAvailable')) marks.unknown('ResourcesAvailable', 'Deploying')
    return
  }
  const initialized = isTrue(seen?.conditions, 'ScaleTargetInitialized')
  const served = (seen?.serviceName ?? '') !== ''
  if (initialized && !marks.isFalse('ResourcesAvailable') && !marks.isFalse('ContainerHealthy')) {
    marks.true('ResourcesAvailable')
    marks.true('ContainerHealthy')
  }
  if (marks.isTrue('ResourcesAvailable') && !(served && initialized)) marks.unknown('ResourcesAvailable', 'Deploying')
  mark(marks, 'Active', ready.status, ready.reason ?? '', ready.message ?? '')
  const taken = seen?.conditions?.find((condition) => condition.status !== 'True' && condition.reason === 'NotOwned')
  if (taken !== undefined) marks.false('ResourcesAvailable', 'NotOwned', taken.message ?? '')
  // A container that has said why it fails has the last word: that it never came up follows from it.
  const told = marks.isFalse('ResourcesAvailable') || marks.isFalse('ContainerHealthy')
  if (ready.status === 'False' && !initialized && served && !told) {
    marks.false('ResourcesAvailable', 'ProgressDeadlineExceeded', 'Initial scale was never achieved')
  }
}

/** An autoscaler of a class that nobody runs cannot say so itself. '' for one of ours, and for one that has spoken. */
export function unheardAutoscaler(autoscaler: PodAutoscaler | undefined): string {
  const named = firstOf(autoscaler?.metadata.annotations, classAnnotations) ?? kpaClass
  if (autoscaler === undefined || readyOf(autoscaler) !== undefined || [kpaClass, hpaClass].includes(named)) return ''
  return `Its PodAutoscaler is of class "${named}": when this stays, no autoscaler of that class runs. Install it, or name another class in the annotation autoscaling.knative.dev/class of the template.`
}

function replicas(status: RevisionStatus, key: 'actualReplicas' | 'desiredReplicas', value: number | undefined): void {
  if (value === undefined || value < 0) delete status[key]
  else status[key] = value
}
