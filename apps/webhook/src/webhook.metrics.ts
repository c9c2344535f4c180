import { durationBounds } from '@knative-ts/telemetry/duration-bounds'
import type { Metrics } from '@knative-ts/telemetry/metrics'
import { reviewed } from './server/review-report.ts'
import type { Webhook } from './webhook.ts'

/** Upstream's metrics of webhooks: how long reviews take, and what was asked; and when the served certificate ends, which is ours. */
export function exposeReviews(webhook: Webhook, { meter }: Metrics): void {
  const histogram = (name: string, description: string) =>
    meter.createHistogram(name, { description, unit: 's', advice: { explicitBucketBoundaries: durationBounds } })
  const handled = histogram('kn.webhook.handler.duration', 'The duration of task execution.')
  const served = histogram('http.server.request.duration', 'Duration of HTTP server requests.')
  const size = (name: string, description: string) =>
    meter.createHistogram(name, { description, unit: 'By', advice: { explicitBucketBoundaries: [1e3, 1e4, 1e5, 1e6, 3e6] } })
  const asked = size('http.server.request.body.size', 'Size of HTTP server request bodies.')
  const answered = size('http.server.response.body.size', 'Size of HTTP server response bodies.')
  reviewed.subscribe((message) => {
    const { path, status, tookMs, handledMs, requestBytes, responseBytes, request, failed } = message
    const http = { 'http.request.method': 'POST', 'http.route': path, 'http.response.status_code': status, 'url.scheme': 'https' }
    served.record(tookMs / 1000, http)
    asked.record(requestBytes, http)
    answered.record(responseBytes, http)
    if (request === undefined || handledMs === undefined) return
    handled.record(handledMs / 1000, {
      'kn.webhook.type': path === '/defaulting' ? 'defaulting' : 'validation',
      'kn.webhook.resource.group': request.kind.group,
      'kn.webhook.resource.version': request.kind.version,
      'kn.webhook.resource.kind': request.kind.kind,
      'kn.webhook.subresource': request.subResource ?? '',
      'kn.webhook.operation.type': request.operation,
      'kn.webhook.operation.status': failed ? 'failed' : 'success'
    })
  })
  const end = meter.createObservableGauge('kn.webhook.certificate.expiry', {
    description: 'When the certificate that is served ends, since 1970',
    unit: 's'
  })
  end.addCallback((observe) => {
    const at = webhook.certificateEnd()
    if (at !== undefined) observe.observe(at / 1000)
  })
}
