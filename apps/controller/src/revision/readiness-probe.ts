import type { Container, Probe, Revision } from '@knative-ts/api'
import type * as k8s from '@knative-ts/api/kubernetes'
import { servingContainerOf, servingPortOf } from './serving-port.ts'

const loopback = '127.0.0.1'
const defaultProbe: Probe = { tcpSocket: { port: 0 }, successThreshold: 1 }

/** The kubelet asks the queue-proxy, as often as the user wanted the container asked. */
export function queueProxyProbeOf(revision: Revision): k8s.Probe {
  const {
    exec: _exec,
    grpc: _grpc,
    httpGet: _http,
    tcpSocket: _tcp,
    ...timings
  } = servingContainerOf(revision.spec).readinessProbe ?? defaultProbe
  const port = servingPortOf(revision.spec).queue
  return { ...timings, httpGet: { port, path: '/', httpHeaders: [{ name: 'K-Network-Probe', value: 'queue' }] } }
}

/**
 * SERVING_READINESS_PROBE: the user's probe as the queue-proxy runs it, on loopback; members in the order of Go's encoder. With probes of
 * several containers switched on an array with the sidecars' too. Throws when a sidecar's probe names no port.
 */
export function servingReadinessProbe(revision: Revision, multiContainer: boolean): string {
  const serving = servingContainerOf(revision.spec)
  const own = onLoopback(serving.readinessProbe ?? defaultProbe, servingPortOf(revision.spec).user)
  if (!multiContainer) return JSON.stringify(own)
  const others = revision.spec.containers.filter(
    (c) => c !== serving && c.readinessProbe !== undefined && c.readinessProbe.exec === undefined
  )
  return JSON.stringify([own, ...others.map(sidecarProbe)])
}

function sidecarProbe(container: Container): unknown {
  const probe = container.readinessProbe ?? defaultProbe
  if (portIn(probe) === 0) throw new Error(`sidecar readiness probe does not define probe port on container: ${container.name}`)
  return onLoopback(probe, 0)
}

/** The port as a number; 0 for none, and for a name: the only name that a template may give is that of its one container port. */
export const portIn = (probe: Probe): number => Number(probe.httpGet?.port ?? probe.tcpSocket?.port ?? probe.grpc?.port ?? 0) || 0

function onLoopback(probe: Probe, userPort: number): unknown {
  const port = portIn(probe) || userPort
  const period = probe.periodSeconds ?? 0
  const timeout = probe.timeoutSeconds ?? 0
  return {
    httpGet: probe.httpGet && {
      path: probe.httpGet.path,
      port,
      host: loopback,
      scheme: probe.httpGet.scheme ?? 'HTTP',
      httpHeaders: probe.httpGet.httpHeaders
    },
    // A command cannot be run from the next container: an open port has to do.
    tcpSocket:
      probe.tcpSocket !== undefined || probe.exec !== undefined
        ? { port: probe.exec === undefined ? port : userPort, host: loopback }
        : undefined,
    grpc: probe.grpc && { port, service: probe.grpc.service ?? null },
    initialDelaySeconds: nonZero(probe.initialDelaySeconds),
    timeoutSeconds: nonZero(period > 0 ? Math.max(1, timeout) : timeout),
    periodSeconds: nonZero(period),
    successThreshold: nonZero(probe.successThreshold),
    failureThreshold: nonZero(probe.failureThreshold)
  }
}

const nonZero = (value: number | undefined): number | undefined => (value === 0 ? undefined : value)
