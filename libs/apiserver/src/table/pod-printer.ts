/** Columns of pods. The status word is what users read first: init progress, waiting and exit reasons, termination. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { durationText } from './age.ts'
import { column, NONE, type Printer } from './column.ts'

export const podPrinter: Printer = (age) => [
  column<k8s.Pod>(
    'Ready',
    (pod) => `${(pod.status?.containerStatuses ?? []).filter(({ ready }) => ready).length}/${pod.spec?.containers.length ?? 0}`,
    {
      description: 'The aggregate readiness state of this pod for accepting traffic.'
    }
  ),
  column<k8s.Pod>('Status', statusText, { description: 'The aggregate status of the containers in this pod.' }),
  column<k8s.Pod>('Restarts', restartsText, {
    description: 'The number of times the containers in this pod have been restarted and when the last container in this pod has restarted.'
  }),
  age,
  column<k8s.Pod>('IP', (pod) => pod.status?.podIP || NONE, { wide: true }),
  column<k8s.Pod>('Node', (pod) => pod.spec?.nodeName || NONE, { wide: true }),
  column<k8s.Pod>('Nominated Node', (pod) => pod.status?.nominatedNodeName || NONE, { wide: true }),
  column<k8s.Pod>('Readiness Gates', readinessGatesText, { wide: true })
]

/** The one word for a pod's state, as `kubectl get pods` shows it. */
export function statusText(pod: k8s.Pod): string {
  const status = pod.status ?? ({} as k8s.PodStatus)
  if (pod.metadata.deletionTimestamp !== undefined) {
    return status.reason === 'NodeLost' ? 'Unknown' : 'Terminating'
  }
  const reason = status.reason || status.phase || 'Unknown'
  return initText(pod, status) ?? containersText(status, reason)
}

function initText(pod: k8s.Pod, status: k8s.PodStatus): string | undefined {
  const total = pod.spec?.initContainers?.length ?? 0
  for (const [index, one] of (status.initContainerStatuses ?? []).entries()) {
    const { terminated, waiting } = one.state ?? {}
    if (terminated?.exitCode === 0) continue
    const restarts = pod.spec?.initContainers?.find(({ name }) => name === one.name)?.restartPolicy === 'Always'
    if (restarts && one.started === true) continue
    if (terminated != null) return `Init:${terminated.reason || codeText(terminated)}`
    if (waiting?.reason && waiting.reason !== 'PodInitializing') return `Init:${waiting.reason}`
    return `Init:${index}/${total}`
  }
  return undefined
}

function containersText(status: k8s.PodStatus, reason: string): string {
  let text = reason
  let running = false
  for (const { state, ready } of (status.containerStatuses ?? []).toReversed()) {
    if (state?.waiting?.reason) text = state.waiting.reason
    else if (state?.terminated != null) text = state.terminated.reason || codeText(state.terminated)
    else if (ready && state?.running != null) running = true
  }
  if (text !== 'Completed' || !running) return text
  const isReady = status.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True')
  return isReady === true ? 'Running' : 'NotReady'
}

const codeText = ({ signal, exitCode }: k8s.ContainerStateTerminated) => (signal ? `Signal:${signal}` : `ExitCode:${exitCode}`)

function restartsText(pod: k8s.Pod, now: number): string {
  const statuses = pod.status?.containerStatuses ?? []
  const restarts = statuses.reduce((sum, { restartCount }) => sum + (restartCount ?? 0), 0)
  const finished = statuses
    .map(({ lastState }) => Date.parse(lastState?.terminated?.finishedAt ?? ''))
    .filter((time) => !Number.isNaN(time))
  if (restarts === 0 || finished.length === 0) return String(restarts)
  return `${restarts} (${durationText(now - Math.max(...finished))} ago)`
}

function readinessGatesText(pod: k8s.Pod): string {
  const gates = pod.spec?.readinessGates ?? []
  if (gates.length === 0) return NONE
  const met = gates.filter(({ conditionType }) =>
    pod.status?.conditions?.some(({ type, status }) => type === conditionType && status === 'True')
  )
  return `${met.length}/${gates.length}`
}
