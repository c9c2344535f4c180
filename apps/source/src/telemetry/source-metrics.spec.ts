import { expect, it } from '@jest/globals'
import { SourceMetrics } from './source-metrics.ts'

it('a series is a source, a type, a sink and a status', () => {
  const metrics = new SourceMetrics('pingsources.sources.knative.dev')
  const source = { apiVersion: 'v1', kind: 'PingSource', metadata: { namespace: 'default', name: 'hello' } }
  metrics.sent(source, 'a.b', 'http://sink/', 202, 0.02)
  metrics.sent(source, 'a.b', 'http://sink/', 202, 0.2)
  metrics.sent(source, 'a.b', 'http://sink/', undefined, 2)
  const [histogram] = metrics.measured
  if (histogram?.kind !== 'histogram') throw new Error('no histogram')
  const common = {
    'messaging.system': 'knative',
    'messaging.operation.name': 'send',
    'messaging.destination.name': 'http://sink/',
    'kn.source.name': 'hello',
    'kn.source.namespace': 'default',
    'kn.source.resourcegroup': 'pingsources.sources.knative.dev',
    'cloudevents.type': 'a.b',
    'url.scheme': 'http'
  }
  expect([...histogram.points].map(({ labels, count }) => [labels, count])).toEqual([
    [{ ...common, 'http.response.status_code': 202 }, 2],
    [{ ...common, 'error.type': 'no_answer' }, 1]
  ])
})
