import { apiServerSources, apiVersionOf, pingSources, type KubeObject, type Resource } from '@knative-ts/api'
import type { Observability, Part } from '@knative-ts/host'
import type { LazyMetrics } from '@knative-ts/host/metrics'
import { connect, createEventRecorder, loadClusterConfig, type TelemetryConfig } from '@knative-ts/kube'
import type { Log } from '@knative-ts/telemetry/logger'
import { ApiServerAdapter } from './api-server/api-server-adapter.ts'
import { PingAdapter } from './ping/ping-adapter.ts'
import { Outbox } from './sink/outbox.ts'
import { Sender } from './sink/sender.ts'
import type { SourceEnvironment } from './source.config.ts'
import { SourceMetrics } from './telemetry/source-metrics.ts'

/** What an adapter consists of: the connection to the API server, what is sent with, and the adapter of its kind. */
export async function sourceParts(
  environment: SourceEnvironment,
  log: Log,
  metrics: LazyMetrics,
  observability: Observability
): Promise<readonly Part[]> {
  const client = connect(await loadClusterConfig())
  const isPing = environment.SOURCE_KIND === 'ping'
  const sender = new Sender({ timeoutMs: isPing ? 30_000 : environment.K_SINK_TIMEOUT })
  const measured = new SourceMetrics(groupOf(isPing ? pingSources : apiServerSources))
  metrics.onLoad((loaded) => loaded.include(() => measured.measured))
  const recorder = createEventRecorder({ client, component: isPing ? 'pingsource-controller' : 'apiserversource-adapter', log })
  const connections: Part = {
    name: 'connections',
    stop: async () => {
      await recorder.flush()
      sender.close()
      client.close()
    }
  }
  if (isPing) {
    const { POD_NAME, POD_UID, SYSTEM_NAMESPACE: systemNamespace, K_NO_SHUTDOWN_AFTER: lastCalmSecond } = environment
    const identity = POD_UID === '' ? POD_NAME : `${POD_NAME}_${POD_UID}`
    const outbox = new Outbox({ sender, metrics: measured, recorder, log })
    const observe = (config: TelemetryConfig): void => observability.apply(config)
    return [connections, new PingAdapter({ client, outbox, recorder, log, identity, systemNamespace, lastCalmSecond, observe })]
  }
  const { K_SINK, K_CA_CERTS, K_CE_OVERRIDES, K_SOURCE_CONFIG, K_OBSERVABILITY_CONFIG, K_SOURCE_UID, NAMESPACE, NAME } = environment
  const of: KubeObject = {
    apiVersion: apiVersionOf(apiServerSources),
    kind: apiServerSources.kind,
    metadata: { namespace: NAMESPACE, name: NAME, ...(K_SOURCE_UID !== undefined && { uid: K_SOURCE_UID }) }
  }
  const outbox = new Outbox({ sender, metrics: measured, recorder, log }, K_OBSERVABILITY_CONFIG?.enableSinkEventErrorReporting)
  const sink = { url: K_SINK, ...(K_CA_CERTS !== undefined && { caCerts: K_CA_CERTS }) }
  return [
    connections,
    new ApiServerAdapter({ client, outbox, of, log, sink, overrides: K_CE_OVERRIDES ?? {}, watched: K_SOURCE_CONFIG, end })
  ]
}

const groupOf = ({ plural, group }: Resource): string => `${plural}.${group}`

/** Nobody catches it: the role logs it and ends. */
function end(error: Error): void {
  queueMicrotask(() => {
    throw error
  })
}
