import { apiServerSources, apiVersionOf, type KubeObject } from '@knative-ts/api'
import type { Part } from '@knative-ts/host'
import { connect, createEventRecorder, loadClusterConfig } from '@knative-ts/kube'
import type { Log } from '@knative-ts/telemetry/logger'
import { ApiServerAdapter } from './api-server/api-server-adapter.ts'
import { PingAdapter } from './ping/ping-adapter.ts'
import { FailureReports } from './sink/failure-reports.ts'
import { Sender } from './sink/sender.ts'
import type { SourceEnvironment } from './source.config.ts'

/** What an adapter consists of: the connection to the API server, what is sent with, and the adapter of its kind. */
export async function sourceParts(environment: SourceEnvironment, log: Log): Promise<readonly Part[]> {
  const client = connect(await loadClusterConfig())
  const sender = new Sender({ timeoutMs: environment.SOURCE_KIND === 'apiserver' ? environment.K_SINK_TIMEOUT : 30_000 })
  const connections: Part = {
    name: 'connections',
    stop: async () => {
      sender.close()
      client.close()
    }
  }
  if (environment.SOURCE_KIND === 'ping') {
    const { POD_NAME, POD_UID, SYSTEM_NAMESPACE, K_NO_SHUTDOWN_AFTER } = environment
    const identity = POD_UID === '' ? POD_NAME : `${POD_NAME}_${POD_UID}`
    return [
      connections,
      new PingAdapter({ client, sender, log, identity, systemNamespace: SYSTEM_NAMESPACE, lastCalmSecond: K_NO_SHUTDOWN_AFTER })
    ]
  }
  const { K_SINK, K_CA_CERTS, K_CE_OVERRIDES, K_SOURCE_CONFIG, K_OBSERVABILITY_CONFIG, K_SOURCE_UID, NAMESPACE, NAME } = environment
  const of: KubeObject = {
    apiVersion: apiVersionOf(apiServerSources),
    kind: apiServerSources.kind,
    metadata: { namespace: NAMESPACE, name: NAME, ...(K_SOURCE_UID !== undefined && { uid: K_SOURCE_UID }) }
  }
  const recorder = createEventRecorder({ client, component: 'apiserversource-adapter', log })
  const failures = { of, reports: new FailureReports(recorder, K_OBSERVABILITY_CONFIG?.enableSinkEventErrorReporting === true) }
  const sink = { url: K_SINK, ...(K_CA_CERTS !== undefined && { caCerts: K_CA_CERTS }) }
  return [
    connections,
    new ApiServerAdapter({ client, sender, log, sink, overrides: K_CE_OVERRIDES ?? {}, watched: K_SOURCE_CONFIG, failures })
  ]
}
