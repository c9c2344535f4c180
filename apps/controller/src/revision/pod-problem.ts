import { adviceFor, advised, revisionLabel } from '@knative-ts/api'
import type { Container, ContainerStateTerminated, ContainerStatus, Pod } from '@knative-ts/api/kubernetes'
import { queueProxyName } from './names-of.ts'

/** Why a pod does not come up, as a condition of its revision. */
export interface PodProblem {
  readonly type: 'ResourcesAvailable' | 'ContainerHealthy'
  readonly reason: string
  readonly message: string
  /** False for what may yet go well: told, but no failure. */
  readonly failed: boolean
  /** The container runs and ends: its probes may be what ends it. */
  readonly ended?: ContainerStatus
}

export interface PodJudgement {
  /** The Deployment has given up waiting for progress. */
  readonly overdue: boolean
  /** A pod that finds no node is no error: nodes will come. */
  readonly alwaysSchedulable: boolean
}

/** States that only somebody's change ends: there is no use in waiting for the deadline. */
const hopeless = [
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError'
]
/** Whether somebody's change outside of the revision (an image, a Secret) can end a failure for this reason: until the deadline it is tried for. */
export const mayHeal = (reason: string): boolean => hopeless.includes(reason)

/** A runtime could not start the program at all. */
const neverStarted = ['StartError', 'ContainerCannotRun', 'ContainerCannotStart']
/** A container that has no trouble of its own: it is being made, or waits for init containers, which speak for themselves. */
const onItsWay = ['', 'PodInitializing', 'ContainerCreating']

/**
 * What is wrong with a pod: it cannot be scheduled, an init container or a container ends, or one cannot start. A container that ended
 * once may do better the next time: it has failed from the second time on, or when the deployment's deadline is over (`overdue`).
 */
export function podProblem(pod: Pod, { overdue, alwaysSchedulable }: PodJudgement): PodProblem | undefined {
  const { conditions = [], initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {}
  const scheduled = conditions.find(({ type }) => type === 'PodScheduled')
  if (scheduled?.status === 'False') {
    const words = scheduled.message ?? ''
    const message = advised(words, adviceFor('schedule', words))
    return { type: 'ResourcesAvailable', reason: scheduled.reason ?? 'Unschedulable', message, failed: !alwaysSchedulable }
  }
  const { initContainers = [], containers = [] } = pod.spec ?? {}
  const problemOf = (status: ContainerStatus, specs: readonly Container[], who: string): PodProblem | undefined => {
    const spec = specs.find(({ name }) => name === status.name)
    return ended(status, spec, overdue, { who, logs: logsOf(pod, status.name) }) ?? waiting(status, overdue)
  }
  for (const status of initContainerStatuses) {
    const problem = problemOf(status, initContainers, `Init container "${status.name}"`)
    if (problem !== undefined) return problem
  }
  for (const status of containerStatuses) {
    const problem = status.name === queueProxyName ? undefined : problemOf(status, containers, 'Container')
    if (problem !== undefined) return problem
  }
  return undefined
}

/** How its user gets to see all that a container wrote: by the revision, since pods come and go. */
function logsOf({ metadata }: Pod, container: string): string {
  return `kubectl logs --previous -n ${metadata.namespace} -l ${revisionLabel}=${metadata.labels?.[revisionLabel] ?? ''} -c ${container}`
}

interface Words {
  readonly who: string
  readonly logs: string
}

function ended(status: ContainerStatus, spec: Container | undefined, overdue: boolean, { who, logs }: Words): PodProblem | undefined {
  const now = status.state?.terminated
  // An init container that has done its work.
  if (now?.exitCode === 0 && who !== 'Container') return undefined
  const last = now ?? status.lastState?.terminated
  if (last === undefined) return undefined
  const times = status.restartCount + (now === undefined ? 0 : 1)
  const inVain = neverStarted.includes(last.reason ?? '')
  const failed = overdue || inVain || times >= 2 || status.state?.waiting?.reason === 'CrashLoopBackOff'
  const words = last.message ?? ''
  const said =
    last.exitCode === 0 && words === '' ? 'container exited with no error' : `${who} failed with: ${words || (last.reason ?? '')}`
  const message = advised(said, adviceOfEnd(last, spec, { who, logs }))
  return { type: 'ContainerHealthy', reason: `ExitCode${last.exitCode}`, message, failed, ended: status }
}

function adviceOfEnd(end: ContainerStateTerminated, spec: Container | undefined, { who, logs }: Words): string {
  const { exitCode, reason = '', message: words = '' } = end
  if (reason === 'OOMKilled') {
    const limit = spec?.resources?.limits?.['memory']
    const most = limit === undefined ? 'memory than there is' : `memory than its limit of ${String(limit)}`
    return `It was killed since it used more ${most} (OOMKilled): raise resources.limits.memory, or let it use less.`
  }
  // What a program writes of files that it misses is about its own files, not about the program.
  const ofStart = neverStarted.includes(reason) || (exitCode >= 126 && exitCode <= 128) ? adviceFor('start', words) : ''
  if (ofStart !== '') return ofStart
  if (/exec format error/i.test(words)) return adviceFor('start', words)
  if (exitCode === 0 && who === 'Container') {
    return `It ended by itself with exit code 0: a container of a Service must go on running, and listen on port ${portOf(spec)}.`
  }
  if (exitCode === 126) return 'Exit code 126: the command cannot be executed. Check its file mode, and command and args.'
  if (exitCode === 127) return 'Exit code 127: the command was not found. Check command and args against what the image holds.'
  return `It ended with exit code ${exitCode}: see all that it wrote with "${logs}".`
}

/** The serving container's port; where it names none, the one that Serving gives. */
const portOf = (spec: Container | undefined): string => `${spec?.ports?.[0]?.containerPort ?? 8080} (variable PORT)`

function waiting(status: ContainerStatus, overdue: boolean): PodProblem | undefined {
  const { reason = '', message: words = '' } = status.state?.waiting ?? {}
  if (status.state?.waiting === undefined || onItsWay.includes(reason)) return overdueOnItsWay(reason, words, overdue)
  const failed = overdue || hopeless.includes(reason)
  return { type: 'ResourcesAvailable', reason, message: advised(words, adviceOfWaiting(reason, words)), failed }
}

/** At the deadline even a container that only is being made counts, with its reason. */
function overdueOnItsWay(reason: string, message: string, overdue: boolean): PodProblem | undefined {
  return overdue && reason !== '' && reason !== 'PodInitializing'
    ? { type: 'ResourcesAvailable', reason, message, failed: true }
    : undefined
}

function adviceOfWaiting(reason: string, words: string): string {
  if (/image/i.test(reason)) return adviceFor('pull', `${reason} ${words}`)
  if (reason === 'CreateContainerConfigError') return adviceFor('configuration', words)
  return adviceFor('start', words) || adviceFor('configuration', words)
}
