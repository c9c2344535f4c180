/** What evidence means, in sentences for a condition. Pure; '' where it says nothing. */
import { adviceFor, advised } from '@knative-ts/api'
import type { Container } from '@knative-ts/api/kubernetes'
import { readinessOpening } from '@knative-ts/telemetry/readiness-opening'
import type { Evidence } from './ask-pod.ts'

/** What keeps containers from being made at all. */
const beforeContainers = ['FailedMount', 'FailedAttachVolume', 'FailedCreatePodSandBox', 'NetworkNotReady', 'FailedScheduling']

/** Why containers are not even made. */
export function startWords({ warnings }: Evidence): string {
  const found = warnings.find(({ reason }) => beforeContainers.includes(reason))
  return found === undefined ? '' : advised(found.message, adviceFor('mount', found.message))
}

/** Why containers that run are not ready: the queue-proxy knows best, the kubelet sees only that the queue-proxy says no. */
export function readinessWords({ probe, warnings }: Evidence): string {
  const startup = saidBy('Startup', warnings)
  if (startup !== '') return `${startup}.`
  if (probe !== '') return `${readinessOpening}${probe}`
  const readiness = saidBy('Readiness', warnings)
  return readiness === '' ? '' : `${readiness}${readiness.endsWith(':') ? silent : '.'}`
}

/** Of a command alone the kubelet has nothing to tell. */
const silent = ' the command of the probe ended with an error and wrote nothing. Run it in the container (kubectl exec) to see why.'

/** What killed a container that ends again and again, when that was one of its probes. */
export function killWords({ warnings }: Evidence, spec: Container | undefined): string {
  const startup = spec?.startupProbe === undefined ? '' : saidBy('Startup', warnings)
  if (startup !== '') {
    return `It was killed because its startup probe failed: ${startup.replace(/^Startup probe failed: /, '')}. Give it more time (startupProbe.failureThreshold, periodSeconds), or correct the probe.`
  }
  const all = spec?.livenessProbe === undefined ? [] : warnings
  const besides = (words: RegExp): string =>
    saidBy(
      'Liveness',
      all.filter(({ message }) => !words.test(message))
    )
  // Right after a restart every container refuses, and one that is being ended breaks off what it was asked: what was found in between says more.
  const liveness = besides(betweenLives) || besides(brokenOff) || saidBy('Liveness', all)
  if (liveness === '') return ''
  const found = liveness.replace(/^Liveness probe failed: /, '')
  return `It was killed because its liveness probe failed: ${found}. ${livenessAdvice(found)}`
}

const refused = /connection refused/i
const brokenOff = /: (EOF|read: connection reset by peer)/
const betweenLives = RegExp(`${refused.source}|${brokenOff.source}`, 'i')

/** The kubelet comes from outside of the pod, the queue-proxy from within: only the first fails on a port that is open to the second. */
function livenessAdvice(found: string): string {
  return refused.test(found)
    ? 'If the container serves, it listens on loopback only (127.0.0.1): let it listen on all addresses (0.0.0.0), where the kubelet finds it. If it only starts slowly, give it a startupProbe.'
    : 'Correct the probe (path, port, timeoutSeconds), or what the container answers to it.'
}

const saidBy = (kind: 'Startup' | 'Readiness' | 'Liveness', warnings: Evidence['warnings']): string =>
  (warnings.find(({ reason, message }) => reason === 'Unhealthy' && message.startsWith(`${kind} probe `))?.message ?? '')
    .trim()
    .replace(/\.$/, '')
