import { serviceLabel, type Container, type Probe, type RevisionSpec, type Service } from '@knative-ts/api'
import { pods } from '@knative-ts/api/kubernetes'
import type * as k8s from '@knative-ts/api/kubernetes'
import { ApiError, type KubeClient } from '@knative-ts/kube'
import type { AdmissionRequest } from './admission-review.ts'
import type { AskCluster } from './resource-validation.ts'

const USER_PORT = 8080

/** Of a Service or Configuration that is only tried, tries the pod that it would run: what Kubernetes refuses is known before anything is stored. */
export function podDryRun(client: KubeClient): AskCluster {
  return async (request) => {
    const spec = request.dryRun === true ? templateOf(request) : undefined
    if (spec === undefined) return undefined
    try {
      await client.create(pods, podOf(spec, request.namespace ?? ''), { dryRun: true })
      return undefined
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      // Another webhook of the cluster cannot be tried: nothing is known, nothing is refused.
      if (error.message.includes('does not support dry run')) return undefined
      return `validation callback failed: dry run failed with ${error.message}: spec.template`
    }
  }
}

/** What to try: every Service, and a Configuration that no Service has tried already. */
function templateOf({ kind, object, subResource }: AdmissionRequest): RevisionSpec | undefined {
  if (kind.group !== 'serving.knative.dev' || subResource === 'status') return undefined
  const owned = object?.metadata.labels?.[serviceLabel] !== undefined
  if (kind.kind !== 'Service' && !(kind.kind === 'Configuration' && !owned)) return undefined
  return (object as Service | null)?.spec.template?.spec
}

function podOf(spec: RevisionSpec, namespace: string): k8s.Pod {
  const { containerConcurrency: _concurrency, timeoutSeconds: _timeout, responseStartTimeoutSeconds: _start, ...rest } = spec
  const { idleTimeoutSeconds: _idle, containers, initContainers = [], ...pod } = rest
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { generateName: 'dry-run-validation', namespace },
    spec: {
      ...pod,
      ...(initContainers.length === 0 ? {} : { initContainers: initContainers.map((container) => runnable(container, 0)) }),
      containers: containers.map((container) => runnable(container, containers.length))
    }
  }
}

/** As the Deployment would have it, an init container being one of none: the queue-proxy probes readiness, and a probe without a port is on the container's own. */
function runnable(container: Container, count: number): k8s.Container {
  const { readinessProbe, livenessProbe, startupProbe, name = '', ...rest } = container
  const port = container.ports?.[0]?.containerPort ?? 0
  const number = port === 0 ? USER_PORT : port
  const serves = count === 1 || (container.ports ?? []).length > 0
  return {
    ...rest,
    name,
    ...(serves ? { ports: [{ containerPort: number }] } : {}),
    ...(readinessProbe?.exec === undefined ? {} : { readinessProbe: onPort(readinessProbe, number) }),
    ...(livenessProbe === undefined ? {} : { livenessProbe: onPort(livenessProbe, number) }),
    ...(startupProbe === undefined ? {} : { startupProbe: onPort(startupProbe, number) })
  }
}

function onPort({ httpGet, tcpSocket, ...probe }: Probe, port: number): k8s.Probe {
  const orOwn = (given: string | number | undefined): string | number => (given === undefined || given === 0 ? port : given)
  return {
    ...probe,
    ...(httpGet === undefined ? {} : { httpGet: { ...httpGet, port: orOwn(httpGet.port) } }),
    ...(tcpSocket === undefined ? {} : { tcpSocket: { ...tcpSocket, port: orOwn(tcpSocket.port) } })
  }
}
