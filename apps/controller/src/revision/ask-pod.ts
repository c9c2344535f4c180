import { keyOf } from '@knative-ts/api'
import { events, type Event, type Pod } from '@knative-ts/api/kubernetes'
import { errorText, type KubeClient } from '@knative-ts/kube'
import { readinessOpening } from '@knative-ts/telemetry/readiness-opening'
import { queueProxyName } from './names-of.ts'

/** What a pod and those around it say of why it is not ready. */
export interface Evidence {
  /** Its warnings, the latest first. */
  readonly warnings: readonly { readonly reason: string; readonly message: string }[]
  /** What the queue-proxy's last probe found; '' when it says nothing. */
  readonly probe: string
  /** The last lines of the user container, when they were asked for. */
  readonly output: string
}

/** Which of it is worth a call. */
export interface PodQuestion {
  readonly warnings: boolean
  readonly probe: boolean
  /** Name of the container whose last lines are wanted; '' for none. */
  readonly outputOf: string
}

/** Nobody waits for the answer, but a node that is silent must not keep calls open. ms */
const patienceMs = 5_000
const outputLines = 5
/** The line is among the last that a queue-proxy wrote that serves nothing yet. */
const probeLines = 20
const outputBytes = 1_024
const probeBytes = 16_384

/** Asks for the parts at a time. Never rejects: what cannot be read is said so instead of hidden. */
export async function askPod(client: KubeClient, pod: Pod, question: PodQuestion): Promise<Evidence> {
  const [warnings, probe, output] = await Promise.all([
    question.warnings ? warningsOf(client, pod) : [],
    question.probe ? logOf(client, pod, queueProxyName, probeLines, probeBytes) : '',
    question.outputOf === '' ? '' : logOf(client, pod, question.outputOf, outputLines, outputBytes)
  ])
  return { warnings, probe: lastProbe(probe), output: output.trim() }
}

async function warningsOf(client: KubeClient, pod: Pod): Promise<Evidence['warnings']> {
  const { namespace, name } = keyOf(pod)
  try {
    const fieldSelector = `involvedObject.kind=Pod,involvedObject.name=${name},type=Warning`
    const { items } = await client.list(events, { namespace, fieldSelector })
    const own = items.filter(({ involvedObject }) => (involvedObject.uid ?? pod.metadata.uid) === pod.metadata.uid)
    return own.toSorted(latestFirst).map(({ reason = '', message = '' }) => ({ reason, message }))
  } catch (error) {
    return [{ reason: 'EventsUnread', message: `The events of pod "${name}" could not be read: ${errorText(error)}` }]
  }
}

const timeOf = ({ series, lastTimestamp, eventTime, firstTimestamp, metadata }: Event): string =>
  series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? firstTimestamp ?? metadata.creationTimestamp ?? ''
const latestFirst = (a: Event, b: Event): number => (timeOf(a) < timeOf(b) ? 1 : timeOf(a) > timeOf(b) ? -1 : 0)

async function logOf(client: KubeClient, pod: Pod, container: string, tailLines: number, limitBytes: number): Promise<string> {
  const { namespace, name } = keyOf(pod)
  const query = new URLSearchParams({ container, tailLines: String(tailLines), limitBytes: String(limitBytes) })
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/log?${query}`
  try {
    const { status, body } = await client.raw({ method: 'GET', path, signal: AbortSignal.timeout(patienceMs) })
    if (status === 200) return body
    // 400: the container has not begun to write; 404: the pod has gone meanwhile. Either way there are no words to hand on.
    return status === 400 || status === 404 ? '' : `(its log could not be read: HTTP ${status})`
  } catch (error) {
    return `(its log could not be read: ${errorText(error)})`
  }
}

/** Lines are JSON, of which one member is the text; others (a request log of any form) are passed over. */
function lastProbe(log: string): string {
  const line = log
    .split('\n')
    .toReversed()
    .find((text) => text.includes(readinessOpening))
  if (line === undefined) return ''
  try {
    const { message } = JSON.parse(line) as { message?: unknown }
    return typeof message === 'string' && message.startsWith(readinessOpening) ? message.slice(readinessOpening.length) : ''
  } catch {
    // A line that is cut off, or somebody else's: there will be another.
    return ''
  }
}
