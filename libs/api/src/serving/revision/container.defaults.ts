import type { DefaultResources, DefaultsConfig } from '../../config/defaults-config.ts'
import type { Container, ResourceRequirements, VolumeMount } from './container.schema.ts'
import type { Probe } from './probe.schema.ts'
import type { Volume } from './volume.schema.ts'

/** Fills in a container of a pod with `count` containers: resources, readiness probe, read-only mounts. */
export function withContainerDefaults(container: Container, count: number, volumes: readonly Volume[], config: DefaultsConfig): Container {
  const serves = count === 1 || (container.ports ?? []).length > 0
  const readinessProbe = withProbeDefaults(serves ? withHandler(container.readinessProbe) : container.readinessProbe)
  const result: Container = { ...container, resources: withResources(container.resources, config) }
  if (readinessProbe !== undefined) result.readinessProbe = withGrpcService(readinessProbe)
  if (container.livenessProbe !== undefined) result.livenessProbe = withGrpcService(container.livenessProbe)
  if (container.volumeMounts !== undefined) result.volumeMounts = container.volumeMounts.map((mount) => withReadOnly(mount, volumes))
  return result
}

/** A container that takes requests is asked on its port unless the template says how; port 0 stands for the container's own. */
function withHandler(probe: Probe = {}): Probe {
  const handled = probe.exec ?? probe.grpc ?? probe.httpGet ?? probe.tcpSocket
  return handled === undefined ? { ...probe, tcpSocket: { port: 0 } } : probe
}

function withProbeDefaults(probe: Probe | undefined): Probe | undefined {
  if (probe === undefined) return undefined
  const result: Probe = { ...probe, successThreshold: orElse(probe.successThreshold, 1) }
  if ((probe.periodSeconds ?? 0) === 0) return result
  return { ...result, failureThreshold: orElse(probe.failureThreshold, 3), timeoutSeconds: orElse(probe.timeoutSeconds, 1) }
}

const orElse = (value: number | undefined, fallback: number): number => (value === undefined || value === 0 ? fallback : value)

const withGrpcService = (probe: Probe): Probe =>
  probe.grpc === undefined ? probe : { ...probe, grpc: { ...probe.grpc, service: probe.grpc.service ?? '' } }

function withResources(given: ResourceRequirements = {}, config: DefaultsConfig): ResourceRequirements {
  const requests = merged(given.requests, config.requests)
  const limits = merged(given.limits, config.limits)
  return { ...(requests === undefined ? {} : { requests }), ...(limits === undefined ? {} : { limits }) }
}

function merged(given: Readonly<Record<string, string>> | undefined, defaults: DefaultResources): Record<string, string> | undefined {
  const all = { ...defaults, ...given }
  return Object.keys(all).length === 0 ? undefined : all
}

/** What Kubernetes makes files of is read-only; only volumes that are made to be written to are left alone. */
function withReadOnly(mount: VolumeMount, volumes: readonly Volume[]): VolumeMount {
  const volume = volumes.find(({ name }) => name === mount.name)
  if (volume === undefined) return mount
  const writable = volume.emptyDir ?? volume.persistentVolumeClaim ?? volume.ephemeral
  return writable === undefined ? { ...mount, readOnly: true } : mount
}
