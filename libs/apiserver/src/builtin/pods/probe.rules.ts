/** Rules of probes, and of what containers do when they start and before they stop. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { invalidValue, required, type Cause } from '../../http/errors.ts'
import { named, noneNegative, portNumberOrName, single, word } from '../checks.ts'
import { headerNameProblems } from '../names.ts'

const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc'] as const
const HOOKS = ['exec', 'httpGet', 'tcpSocket', 'sleep'] as const
const TIMES = ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'] as const

type Role = 'liveness' | 'readiness' | 'startup'

/** Rules of all three probes of a container. */
export function checkProbes(container: k8s.Container, field: string): Cause[] {
  return [
    ...checkProbe(container.livenessProbe, `${field}.livenessProbe`, 'liveness'),
    ...checkProbe(container.readinessProbe, `${field}.readinessProbe`, 'readiness'),
    ...checkProbe(container.startupProbe, `${field}.startupProbe`, 'startup')
  ]
}

function checkProbe(probe: k8s.Probe | undefined | null, field: string, role: Role): Cause[] {
  if (probe === undefined || probe === null) return []
  const causes = checkHandler(probe, HANDLERS, field, undefined)
  causes.push(...noneNegative(field, probe, TIMES))
  const { terminationGracePeriodSeconds: grace, successThreshold = 1 } = probe
  if (grace != null && grace <= 0) causes.push(invalidValue(`${field}.terminationGracePeriodSeconds`, grace, 'must be greater than 0'))
  // Liveness and startup probes succeed at the first success.
  if (role !== 'readiness' && successThreshold !== 1) causes.push(invalidValue(`${field}.successThreshold`, successThreshold, 'must be 1'))
  if (role === 'readiness' && grace != null)
    causes.push(invalidValue(`${field}.terminationGracePeriodSeconds`, grace, 'must not be set for readinessProbes'))
  return causes
}

/** `grace` is the pod's, in seconds. */
export function checkLifecycle(lifecycle: k8s.Lifecycle | undefined | null, field: string, grace: number | undefined): Cause[] {
  return (['postStart', 'preStop'] as const).flatMap((hook) => {
    const handler = lifecycle?.[hook]
    return handler == null ? [] : checkHandler(handler, HOOKS, `${field}.${hook}`, grace)
  })
}

function checkHandler(
  handler: k8s.Probe | k8s.LifecycleHandler,
  names: readonly string[],
  field: string,
  grace: number | undefined
): Cause[] {
  const { count, causes } = single(handler, field, names, 'may not specify more than 1 handler type', (name, at) =>
    checkAction(handler, name, at, grace)
  )
  return count === 0 ? [required(field, 'must specify a handler type')] : causes
}

function checkAction(handler: k8s.Probe & k8s.LifecycleHandler, name: string, at: string, grace: number | undefined): Cause[] {
  switch (name) {
    case 'exec':
      return (handler.exec?.command ?? []).length === 0 ? [required(`${at}.command`)] : []
    case 'httpGet':
      return checkHttpGet(handler.httpGet, at)
    case 'sleep': {
      const seconds = handler.sleep?.seconds ?? 0
      if (grace === undefined || (seconds >= 0 && seconds <= grace)) return []
      return [invalidValue(at, seconds, `must be non-negative and less than terminationGracePeriodSeconds (${grace})`)]
    }
    default:
      return portNumberOrName(`${at}.port`, (name === 'grpc' ? handler.grpc : handler.tcpSocket)?.port)
  }
}

function checkHttpGet(get: k8s.HTTPGetAction | undefined, field: string): Cause[] {
  return [
    ...(get?.path ? [] : [required(`${field}.path`)]),
    ...portNumberOrName(`${field}.port`, get?.port),
    ...word(`${field}.scheme`, get?.scheme, ['HTTP', 'HTTPS']),
    ...(get?.httpHeaders ?? []).flatMap(({ name }) => named(`${field}.httpHeaders`, name ?? '', headerNameProblems))
  ]
}
