import { expect, it } from '@jest/globals'
import { createMetrics } from '@knative-ts/telemetry/metrics'
import { eventually, fakeCluster } from '@knative-ts/testing'
import { call, connected, installed, review, service, start } from './webhook.fixture.ts'
import { exposeReviews } from './webhook.metrics.ts'

/** Counts of one metric: its labels without the scope, to the value. */
function valuesOf(text: string, metric: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => line.startsWith(`${metric}{`))
  return Object.fromEntries(
    lines.map((line) => {
      const end = line.lastIndexOf('}')
      return [line.slice(metric.length + 1, end).replace(/,?otel_scope_name="[^"]*"/, ''), line.slice(end + 2)]
    })
  )
}

it('measures reviews under upstream’s name and attributes, calls over HTTP, and says when its certificate ends', async () => {
  const cluster = fakeCluster({ objects: installed() })
  const { port, webhook, log } = await start(cluster)
  const metrics = createMetrics('webhook')
  exposeReviews(webhook, metrics)
  const agent = connected(cluster)
  await review(port, '/defaulting', agent, service())
  await review(port, '/resource-validation', agent, service({ timeoutSeconds: 601 }))
  await call(port, '/resource-validation', 'no review', agent)
  const handled = await eventually(async () => {
    const text = await metrics.expose()
    const codes = valuesOf(text, 'http_server_request_duration_seconds_count')
    return Object.keys(codes).length === 3 ? { text, codes } : undefined
  }, 'three calls in the metrics')

  const subject =
    'kn_webhook_resource_group="serving.knative.dev",kn_webhook_resource_version="v1",kn_webhook_resource_kind="Service",kn_webhook_subresource="",kn_webhook_operation_type="CREATE"'
  expect(valuesOf(handled.text, 'kn_webhook_handler_duration_seconds_count')).toEqual({
    [`kn_webhook_type="defaulting",${subject},kn_webhook_operation_status="success"`]: '1',
    [`kn_webhook_type="validation",${subject},kn_webhook_operation_status="failed"`]: '1'
  })
  expect(handled.codes).toEqual({
    'http_request_method="POST",http_route="/defaulting",http_response_status_code="200",url_scheme="https"': '1',
    'http_request_method="POST",http_route="/resource-validation",http_response_status_code="200",url_scheme="https"': '1',
    'http_request_method="POST",http_route="/resource-validation",http_response_status_code="400",url_scheme="https"': '1'
  })
  const end = Number(Object.values(valuesOf(handled.text, 'kn_webhook_certificate_expiry_seconds'))[0])
  expect(end).toBeGreaterThan(Date.now() / 1000)

  const reviewed = log.lines.filter(({ message }) => message === 'reviewed').map(({ fields }) => fields)
  expect(reviewed).toMatchObject([
    { request: 'u-1', kind: 'Service', key: 'default/hello', operation: 'CREATE', allowed: true },
    { request: 'u-1', kind: 'Service', key: 'default/hello', operation: 'CREATE', allowed: false, reason: expect.stringContaining('601') }
  ])
})
