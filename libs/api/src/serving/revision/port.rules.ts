import { detailed, disallowed, generic, invalidValue, missing, outOfBounds, type FieldError } from '../../validation/field-error.ts'
import type { Container, ContainerPort } from './container.schema.ts'

/** Ports that the queue-proxy keeps for itself. */
const reservedPorts: readonly number[] = [8008, 8012, 8013, 8022, 9090, 9091]
const portNames: readonly string[] = ['', 'h2c', 'http1']

/** The port that requests go to, as probes may call it. */
export interface ServedPort {
  readonly name: string
  readonly number: number
}

/** The port of the container that declares one; 8080 by the name `http` when none does. */
export function servedPort(containers: readonly Container[]): ServedPort {
  const [port] = containers.flatMap(({ ports }) => ports ?? [])
  const name = port?.name ?? ''
  return { name: name === '' ? 'http' : name, number: port === undefined || port.containerPort === 0 ? 8080 : port.containerPort }
}

/** One container takes the requests, on one port. Paths are relative to the spec. */
export function portCountErrors(containers: readonly Container[]): FieldError[] {
  const count = containers.reduce((total, { ports }) => total + (ports ?? []).length, 0)
  if (count === 0 && containers.length > 1) return [missing('containers[*].ports')]
  if (count <= 1) return []
  return [
    detailed(generic('more than one container port is set', 'containers[*].ports'), 'Only a single port is allowed across all containers')
  ]
}

/** What is wrong with the first port of a container. Upstream's paths have no index. */
export function portErrors([port]: readonly ContainerPort[]): FieldError[] {
  if (port === undefined) return []
  const { containerPort = 0, protocol = '', name = '' } = port
  const errors: FieldError[] = []
  // Only init containers can bring these: everywhere else the schema prunes them.
  for (const field of ['hostIP', 'hostPort']) if (Object.hasOwn(port, field)) errors.push(disallowed(field))
  if (protocol !== '' && protocol !== 'TCP') errors.push(invalidValue(protocol, 'protocol'))
  if (containerPort < 0 || containerPort > 65535) errors.push(outOfBounds(containerPort, 0, 65535, 'containerPort'))
  if (reservedPorts.includes(containerPort)) {
    const what = `${containerPort} is a reserved port`
    errors.push(invalidValue(what, 'containerPort', `${what}, please use a different value`))
  }
  if (!portNames.includes(name)) {
    errors.push(detailed(generic(`Port name ${name} is not allowed`, ''), "Name must be empty, or one of: 'h2c', 'http1'"))
  }
  return errors
}
