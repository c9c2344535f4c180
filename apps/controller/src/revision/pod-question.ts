import type { Container, Pod } from '@knative-ts/api/kubernetes'
import type { PodQuestion } from './ask-pod.ts'
import { queueProxyName } from './names-of.ts'
import type { PodProblem } from './pod-problem.ts'

/**
 * What a pod that is not ready is worth being asked. Containers that are not made yet: for its events. Those that run: for what the queue-proxy found
 * (and the kubelet, where it probes itself), and for their last lines, which are told at the deadline. Those that end: for probes that kill them.
 * Undefined: its status says all.
 */
export function questionTo(pod: Pod, problem: PodProblem | undefined, container: string): PodQuestion | undefined {
  const { containers = [], initContainers = [] } = pod.spec ?? {}
  const all = [...initContainers, ...containers]
  if (problem?.ended !== undefined) {
    const spec = all.find(({ name }) => name === problem.ended?.name)
    return isKilledByProbes(spec) ? { warnings: true, probe: false, outputOf: '' } : undefined
  }
  if (problem !== undefined) return undefined
  const statuses = pod.status?.containerStatuses ?? []
  const runs = statuses.some(({ name, state }) => name === container && state?.running !== undefined)
  if (!runs) return { warnings: true, probe: false, outputOf: '' }
  // What it found last was found before it was content: somebody else is not.
  const isContent = statuses.some(({ name, ready }) => name === queueProxyName && ready)
  return { warnings: isContent || all.some(isProbedByKubelet), probe: !isContent, outputOf: container }
}

const isKilledByProbes = (spec: Container | undefined): boolean => spec?.livenessProbe !== undefined || spec?.startupProbe !== undefined
/** The queue-proxy is probed by the kubelet always; what it answers it says itself. */
const isProbedByKubelet = ({ name, startupProbe, readinessProbe }: Container): boolean =>
  name !== queueProxyName && (startupProbe !== undefined || readinessProbe !== undefined)
