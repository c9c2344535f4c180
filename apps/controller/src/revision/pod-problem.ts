import type { ContainerStatus, Pod } from '@knative-ts/api/kubernetes'
import { queueProxyName } from './names-of.ts'

/** Why a pod does not come up, as a condition of its revision. */
export interface PodProblem {
  readonly type: 'ResourcesAvailable' | 'ContainerHealthy'
  readonly reason: string
  readonly message: string
}

/** States that only somebody's change ends: there is no use in waiting for the deadline. */
const hopeless = ['ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull', 'CreateContainerConfigError']

/**
 * What is wrong with a pod: it cannot be scheduled, an init container or a container ends, or one cannot start. A container that ended
 * once may do better the next time: it counts from the second time on, or when the deployment's deadline is over (`overdue`).
 */
export function podProblem(pod: Pod, overdue: boolean, alwaysSchedulable: boolean): PodProblem | undefined {
  const { conditions = [], initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {}
  const scheduled = conditions.find(({ type }) => type === 'PodScheduled')
  if (!alwaysSchedulable && scheduled?.status === 'False') {
    return { type: 'ResourcesAvailable', reason: scheduled.reason ?? 'Unschedulable', message: scheduled.message ?? '' }
  }
  const own = containerStatuses.filter(({ name }) => name !== queueProxyName)
  for (const status of initContainerStatuses) {
    const problem = ended(status, overdue, `Init container "${status.name}"`) ?? waiting(status, overdue)
    if (problem !== undefined) return problem
  }
  for (const status of own) {
    const problem = ended(status, overdue, 'Container') ?? waiting(status, overdue)
    if (problem !== undefined) return problem
  }
  return undefined
}

function ended(status: ContainerStatus, overdue: boolean, who: string): PodProblem | undefined {
  const now = status.state?.terminated
  // An init container that has done its work.
  if (now?.exitCode === 0 && who !== 'Container') return undefined
  const last = now ?? status.lastState?.terminated
  if (last === undefined) return undefined
  const times = status.restartCount + (now === undefined ? 0 : 1)
  if (!overdue && times < 2 && status.state?.waiting?.reason !== 'CrashLoopBackOff') return undefined
  const words = last.message ?? ''
  const message =
    last.exitCode === 0 && words === '' ? 'container exited with no error' : `${who} failed with: ${words || (last.reason ?? '')}`
  return { type: 'ContainerHealthy', reason: `ExitCode${last.exitCode}`, message }
}

function waiting(status: ContainerStatus, overdue: boolean): PodProblem | undefined {
  const { reason = '', message = '' } = status.state?.waiting ?? {}
  // Containers wait for init containers, which have spoken for themselves.
  if (reason === '' || reason === 'PodInitializing' || !(overdue || hopeless.includes(reason))) return undefined
  return { type: 'ResourcesAvailable', reason, message }
}
