import type { FeaturesConfig } from '../../config/features-config.ts'
import {
  disallowed,
  generic,
  invalidValue,
  missingOneOf,
  multipleOneOf,
  outOfBounds,
  under,
  type FieldError
} from '../../validation/field-error.ts'
import type { Container } from './container.schema.ts'
import type { ServedPort } from './port.rules.ts'
import type { Probe } from './probe.schema.ts'

const MAX_INT32 = 2 ** 31 - 1
const handlers = ['exec', 'grpc', 'httpGet', 'tcpSocket'] as const
const timings = [
  'initialDelaySeconds',
  'timeoutSeconds',
  'periodSeconds',
  'successThreshold',
  'failureThreshold',
  'terminationGracePeriodSeconds'
] as const

/** What is wrong with a probe of the container that takes the requests: one handler, and a port by name only if it is the container's. */
export function probeErrors(probe: Probe | undefined, port: ServedPort): FieldError[] {
  return probe === undefined ? [] : [...handlerErrors(probe), ...portNameErrors(probe, port)]
}

/** Readiness is probed by the queue-proxy, which wants to know how: period 0 asks for its own quick pace. */
export function readinessProbeErrors(probe: Probe | undefined, port: ServedPort): FieldError[] {
  if (probe === undefined) return []
  const { periodSeconds = 0, initialDelaySeconds = 0, successThreshold = 0, failureThreshold = 0, timeoutSeconds = 0 } = probe
  const errors = probeErrors(probe, port)
  if (periodSeconds < 0) errors.push(outOfBounds(periodSeconds, 0, MAX_INT32, 'periodSeconds'))
  if (initialDelaySeconds < 0) errors.push(outOfBounds(initialDelaySeconds, 0, MAX_INT32, 'initialDelaySeconds'))
  if (successThreshold < 1) errors.push(outOfBounds(successThreshold, 1, MAX_INT32, 'successThreshold'))
  for (const [field, value] of [['failureThreshold', failureThreshold] as const, ['timeoutSeconds', timeoutSeconds] as const]) {
    if (periodSeconds === 0 && value !== 0) errors.push(generic(`${field} is disallowed when periodSeconds is zero`, field))
    if (periodSeconds !== 0 && value < 1) errors.push(outOfBounds(value, 1, MAX_INT32, field))
  }
  return errors
}

/** Probes of sidecars need a feature, and then a port of their own. */
export function sidecarProbeErrors(container: Container, features: FeaturesConfig): FieldError[] {
  return (['livenessProbe', 'startupProbe', 'readinessProbe'] as const).flatMap((field) => {
    const probe = container[field]
    if (probe === undefined) return []
    if (features.multiContainerProbing === 'Enabled') return under(field, [...handlerErrors(probe), ...portGivenErrors(probe)])
    return under(field, closedProbeErrors(probe))
  })
}

/** Every field that is set, the handler as the probe itself. */
function closedProbeErrors(probe: Probe): FieldError[] {
  const set = timings.filter((field) => Object.hasOwn(probe, field))
  const handled = handlers.some((handler) => probe[handler] !== undefined)
  return [...(handled ? [disallowed('')] : []), ...set.map((field) => disallowed(field))]
}

function handlerErrors(probe: Probe): FieldError[] {
  const set = handlers.filter((handler) => probe[handler] !== undefined)
  if (set.length === 0) return [missingOneOf(...handlers)]
  return set.length > 1 ? [multipleOneOf(...set)] : []
}

function portNameErrors(probe: Probe, port: ServedPort): FieldError[] {
  return (['httpGet', 'tcpSocket'] as const).flatMap((handler) => {
    const given = probe[handler]?.port
    if (typeof given !== 'string' || given === '' || given === port.name) return []
    return [invalidValue(given, `${handler}.port`, 'Probe port must match container port')]
  })
}

function portGivenErrors(probe: Probe): FieldError[] {
  return (['httpGet', 'tcpSocket'] as const).flatMap((handler) => {
    const action = probe[handler]
    if (action === undefined) return []
    const given = action.port ?? 0
    return given === 0 || given === '' ? [invalidValue(given, `${handler}.port`, 'Probe port must be specified')] : []
  })
}
