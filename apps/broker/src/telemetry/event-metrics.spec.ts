import { expect, it } from '@jest/globals'
import { subscription, trigger } from '../testing/table-of.ts'
import { EventMetrics } from './event-metrics.ts'

it('durations are told under upstream’s names and attributes', () => {
  const metrics = new EventMetrics()
  const one = subscription('t', { trigger: trigger('t') })
  metrics.ingress('ht/b', 'a.b', 202, 0.004)
  metrics.attempted(one, 'subscriber', 'http://s.ht', 'a.b', 0, 0.2)
  metrics.ended(one, 'dead-lettered', 'a.b', 0.3)
  const told = metrics.measured.map(({ shape, points }) => [shape.name, shape.unit, [...points].map(({ labels }) => labels)])
  expect(told).toEqual([
    [
      'kn.eventing.dispatch.duration',
      's',
      [
        {
          'messaging.system': 'knative',
          'messaging.operation.name': 'send',
          'messaging.destination.name': 'ht/b',
          'kn.broker.name': 'b',
          'kn.broker.namespace': 'ht',
          'cloudevents.type': 'a.b',
          'url.scheme': 'http',
          'http.response.status_code': 202
        },
        {
          'messaging.system': 'knative',
          'messaging.operation.name': 'send',
          'messaging.destination.name': 'http://s.ht',
          'kn.eventing.hop': 'subscriber',
          'kn.trigger.name': 't',
          'kn.trigger.namespace': 'ht',
          'kn.broker.name': 'b',
          'kn.broker.namespace': 'ht',
          'cloudevents.type': 'a.b',
          'url.scheme': 'http',
          'error.type': 'no_answer'
        }
      ]
    ],
    [
      'kn.eventing.process.duration',
      's',
      [
        {
          'messaging.system': 'knative',
          'messaging.operation.name': 'process',
          'kn.trigger.name': 't',
          'kn.trigger.namespace': 'ht',
          'kn.broker.name': 'b',
          'kn.broker.namespace': 'ht',
          'cloudevents.type': 'a.b'
        }
      ]
    ],
    [
      'kn.eventing.events',
      '{event}',
      [
        {
          'kn.trigger.name': 't',
          'kn.trigger.namespace': 'ht',
          'kn.broker.name': 'b',
          'kn.broker.namespace': 'ht',
          'kn.eventing.outcome': 'dead-lettered'
        }
      ]
    ]
  ])
})
