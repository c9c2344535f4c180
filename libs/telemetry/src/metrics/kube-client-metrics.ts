import { subscribe } from 'node:diagnostics_channel'
import { durationBounds } from './duration-bounds.ts'
import type { Metrics } from './metrics.ts'
import { urlTemplate } from './url-template.ts'

/** What libs/kube publishes on `knative.kube.request` for each call of the API server. */
interface KubeRequest {
  readonly method: string
  readonly path: string
  readonly scheme: 'http' | 'https'
  readonly host: string
  readonly port: number
  /** Absent when there was no answer. */
  readonly status?: number
  /** Absent for watches. */
  readonly tookMs?: number
}

/** Upstream's metrics of the Kubernetes client (knative.dev/pkg, observability/metrics/k8s). */
export function measureKubeClient({ meter }: Metrics): void {
  const duration = meter.createHistogram('http.client.request.duration', {
    description: 'Duration of HTTP client requests.',
    unit: 's',
    advice: { explicitBucketBoundaries: durationBounds }
  })
  const results = meter.createCounter('kn.k8s.client.http.response.status_code', {
    description: 'Count of response codes partitioned by method and host',
    unit: '{item}'
  })
  subscribe('knative.kube.request', (message) => {
    const { method, path, scheme, host, port, status, tookMs } = message as KubeRequest
    const common = { 'http.request.method': method, 'server.address': host }
    results.add(1, status === undefined ? common : { ...common, 'http.response.status_code': status })
    if (tookMs === undefined) return
    duration.record(tookMs / 1000, { ...common, 'server.port': port, 'url.scheme': scheme, 'url.template': urlTemplate(path) })
  })
}
