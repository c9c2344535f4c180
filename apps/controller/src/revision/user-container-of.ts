import { configurationLabel, serviceLabel, type Container, type Probe, type Revision } from '@knative-ts/api'
import type * as k8s from '@knative-ts/api/kubernetes'
import { portIn } from './readiness-probe.ts'
import { servingContainerOf, servingPortOf } from './serving-port.ts'

/** Every container's end waits until the queue-proxy has answered what it holds. */
const lifecycle: k8s.Lifecycle = { preStop: { httpGet: { port: 8022, path: '/wait-for-drain' } } }

/** A user's container as it runs; with `ownProbes` (probes of several containers) a port that a liveness probe gives stays. `image` is the digest, or the tag where none is resolved. */
export function userContainerOf(revision: Revision, container: Container, image: string, ownProbes: boolean): k8s.Container {
  const serving = container === servingContainerOf(revision.spec)
  const { user } = servingPortOf(revision.spec)
  const { readinessProbe, livenessProbe, ports: _ports, ...rest } = container
  const keepsPort = ownProbes && livenessProbe !== undefined && portIn(livenessProbe) !== 0
  const liveness = serving && !keepsPort ? withPort(livenessProbe, user) : livenessProbe
  const startup = serving && isNamed(container.startupProbe) ? withPort(container.startupProbe, user) : container.startupProbe
  // The queue-proxy answers for http, tcp and grpc; only the kubelet can run a command in the container.
  const readiness = readinessProbe?.exec === undefined ? undefined : readinessProbe
  const made = {
    ...rest,
    image,
    lifecycle,
    terminationMessagePolicy: container.terminationMessagePolicy ?? 'FallbackToLogsOnError',
    env: [...(container.env ?? []), ...(serving ? [{ name: 'PORT', value: String(user) }] : []), ...knativeEnv(revision)],
    ...(serving ? { ports: [{ name: 'user-port', containerPort: user }] } : {}),
    ...(readiness === undefined ? {} : { readinessProbe: readiness }),
    ...(liveness === undefined ? {} : { livenessProbe: liveness }),
    ...(startup === undefined ? {} : { startupProbe: startup })
  }
  // The Revision's schema leaves ports of probes to defaulting; those that reach a container have one.
  return made as k8s.Container
}

function knativeEnv(revision: Revision): k8s.EnvVar[] {
  const labels = revision.metadata.labels ?? {}
  return [
    { name: 'K_REVISION', value: revision.metadata.name ?? '' },
    { name: 'K_CONFIGURATION', value: labels[configurationLabel] ?? '' },
    { name: 'K_SERVICE', value: labels[serviceLabel] ?? '' }
  ]
}

/** The port goes by another name in the pod: what a template calls it means nothing to the kubelet. */
const isNamed = (probe: Probe | undefined): boolean => typeof (probe?.httpGet?.port ?? probe?.tcpSocket?.port) === 'string'

function withPort(probe: Probe | undefined, port: number): Probe | undefined {
  if (probe?.httpGet !== undefined) return { ...probe, httpGet: { ...probe.httpGet, port } }
  if (probe?.tcpSocket !== undefined) return { ...probe, tcpSocket: { ...probe.tcpSocket, port } }
  return probe
}
