/** Columns of pods, and what a row says of a pod that has ended. The status word is what users read first. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { durationText } from './age.ts'
import { cell, NONE, type Printer } from './cell.ts'
import type { RowCondition } from './table.ts'

export const podPrinter: Printer = {
  Ready: cell<k8s.Pod>((pod) => {
    const { ready, total } = summaryOf(pod)
    return `${ready}/${total}`
  }),
  Status: cell<k8s.Pod>((pod) => summaryOf(pod).word),
  Restarts: cell<k8s.Pod>((pod, now) => {
    const { restarts, restartedAt } = summaryOf(pod)
    return restarts === 0 || restartedAt === 0 ? String(restarts) : `${restarts} (${durationText(now - restartedAt)} ago)`
  }),
  IP: cell<k8s.Pod>((pod) => pod.status?.podIPs?.[0]?.ip || NONE),
  Node: cell<k8s.Pod>((pod) => pod.spec?.nodeName || NONE),
  'Nominated Node': cell<k8s.Pod>((pod) => pod.status?.nominatedNodeName || NONE),
  'Readiness Gates': cell<k8s.Pod>(readinessGatesText)
}

interface Summary {
  readonly ready: number
  readonly total: number
  readonly word: string
  readonly restarts: number
  /** Milliseconds since the epoch; 0: never. */
  readonly restartedAt: number
}

const isTrue = (pod: k8s.Pod, wanted: string) =>
  pod.status?.conditions?.some(({ type, status }) => type === wanted && status === 'True') === true

const endOf = ({ lastState }: k8s.ContainerStatus) => Date.parse(lastState?.terminated?.finishedAt ?? '') || 0
const restartsOf = (statuses: readonly k8s.ContainerStatus[]) => ({
  restarts: statuses.reduce((sum, { restartCount }) => sum + (restartCount ?? 0), 0),
  restartedAt: Math.max(0, ...statuses.map(endOf))
})

function summaryOf(pod: k8s.Pod): Summary {
  const status = pod.status ?? ({} as k8s.PodStatus)
  const sidecars = new Set(
    (pod.spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always').map(({ name }) => name)
  )
  const total = (pod.spec?.containers ?? []).length + sidecars.size
  const gated = status.conditions?.some(({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated') === true
  const reason = gated ? 'SchedulingGated' : status.reason || status.phase || ''
  const initial = status.initContainerStatuses ?? []
  const init = initText(pod, initial, sidecars)
  const readySidecars = initial.filter((one) => sidecars.has(one.name) && one.started === true && one.ready && !isDone(one)).length
  if (init !== undefined && !isTrue(pod, 'Initialized'))
    return { ready: readySidecars, total, word: leaving(pod, init), ...restartsOf(initial) }
  const statuses = status.containerStatuses ?? []
  const ready = readySidecars + statuses.filter(isRunningReady).length
  const counted = [...initial.filter(({ name }) => sidecars.has(name)), ...statuses]
  return { ready, total, word: leaving(pod, containersText(pod, statuses, init ?? reason)), ...restartsOf(counted) }
}

const isDone = ({ state }: k8s.ContainerStatus) => state?.terminated?.exitCode === 0
const isRunningReady = ({ state, ready }: k8s.ContainerStatus) =>
  ready && state?.running != null && state.terminated == null && !state.waiting?.reason

/** What the first init container that is not through says; undefined when all are. */
function initText(pod: k8s.Pod, statuses: readonly k8s.ContainerStatus[], sidecars: ReadonlySet<string>): string | undefined {
  for (const [index, one] of statuses.entries()) {
    const { terminated, waiting } = one.state ?? {}
    if (isDone(one) || (sidecars.has(one.name) && one.started === true)) continue
    if (terminated != null) return `Init:${terminated.reason || codeText(terminated)}`
    if (waiting?.reason && waiting.reason !== 'PodInitializing') return `Init:${waiting.reason}`
    return `Init:${index}/${pod.spec?.initContainers?.length ?? 0}`
  }
  return undefined
}

function containersText(pod: k8s.Pod, statuses: readonly k8s.ContainerStatus[], reason: string): string {
  let text = reason
  for (const { state } of statuses.toReversed()) {
    if (state?.waiting?.reason) text = state.waiting.reason
    else if (state?.terminated != null) text = state.terminated.reason || codeText(state.terminated)
  }
  if (text !== 'Completed' || !statuses.some(isRunningReady)) return text
  return isTrue(pod, 'Ready') ? 'Running' : 'NotReady'
}

function leaving({ metadata, status }: k8s.Pod, word: string): string {
  if (metadata.deletionTimestamp === undefined) return word
  if (status?.reason === 'NodeLost') return 'Unknown'
  return hasEnded(status?.phase) ? word : 'Terminating'
}

const hasEnded = (phase: string | undefined) => phase === 'Succeeded' || phase === 'Failed'

const codeText = ({ signal, exitCode }: k8s.ContainerStateTerminated) => (signal ? `Signal:${signal}` : `ExitCode:${exitCode}`)

function readinessGatesText(pod: k8s.Pod): string {
  const gates = pod.spec?.readinessGates ?? []
  return gates.length === 0 ? NONE : `${gates.filter(({ conditionType }) => isTrue(pod, conditionType)).length}/${gates.length}`
}

/** Clients may leave out rows of pods that will not run again. */
export function podConditions(pod: k8s.Pod): readonly RowCondition[] | undefined {
  const phase = pod.status?.phase
  if (!hasEnded(phase)) return undefined
  const message = phase === 'Succeeded' ? 'The pod has completed successfully.' : 'The pod failed.'
  return [{ type: 'Completed', status: 'True', reason: phase ?? '', message }]
}
