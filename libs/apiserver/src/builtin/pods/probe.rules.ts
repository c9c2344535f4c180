/** Rules of probes: `validateProbe` of the reference. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { forbiddenField, invalidValue, required, type Cause } from '../../http/errors.ts'

/** `single`: liveness and startup probes succeed at the first success. */
export function checkProbe(probe: k8s.Probe | undefined, field: string, single: boolean): Cause[] {
  if (probe === undefined || probe === null) return []
  const causes: Cause[] = checkHandler(probe, field)
  for (const name of ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'] as const) {
    const value = probe[name]
    if (value !== undefined && value < 0) causes.push(invalidValue(`${field}.${name}`, value, 'must be greater than or equal to 0'))
  }
  if (single && (probe.successThreshold ?? 1) !== 1) {
    causes.push(invalidValue(`${field}.successThreshold`, probe.successThreshold, 'must be 1'))
  }
  return causes
}

function checkHandler(probe: k8s.Probe, field: string): Cause[] {
  const handlers = (['exec', 'httpGet', 'tcpSocket', 'grpc'] as const).filter((name) => probe[name] != null)
  if (handlers.length === 0) return [required(field, 'must specify a handler type')]
  if (handlers.length > 1) return [forbiddenField(`${field}.${handlers[1]}`, 'may not specify more than 1 handler type')]
  if (probe.exec != null) return (probe.exec.command ?? []).length === 0 ? [required(`${field}.exec.command`)] : []
  if (probe.httpGet != null) return checkPort(probe.httpGet.port, `${field}.httpGet.port`)
  if (probe.tcpSocket != null) return checkPort(probe.tcpSocket.port, `${field}.tcpSocket.port`)
  return checkPort(probe.grpc?.port, `${field}.grpc.port`)
}

function checkPort(port: unknown, field: string): Cause[] {
  if (typeof port === 'string')
    return /[a-z]/.test(port) && port.length <= 15 ? [] : [invalidValue(field, port, 'must be a port name or number')]
  const value = typeof port === 'number' ? port : 0
  return value < 1 || value > 65_535 ? [invalidValue(field, value, 'must be between 1 and 65535, inclusive')] : []
}
