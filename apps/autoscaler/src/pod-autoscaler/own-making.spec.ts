/** The webhook is not asked about what this role writes for a PodAutoscaler: it must be as it would leave it. */
import { expect, it } from '@jest/globals'
import { parseAutoscalerConfig } from '@knative-ts/api'
import { scalingSpecOf } from '@knative-ts/scaling'
import { admitted, podAutoscaler } from '@knative-ts/testing'
import { metricOf } from './metric-of.ts'
import { serverlessServiceOf } from './serverless-service-of.ts'

const annotations = { 'autoscaling.knative.dev/metric': 'rps', 'autoscaling.knative.dev/window': '30s' }
const pa = podAutoscaler({ metadata: { annotations } })
const spec = (more: Record<string, string>) =>
  scalingSpecOf({ annotations: { ...annotations, ...more }, containerConcurrency: 0, reachability: 'Reachable' }, parseAutoscalerConfig({}))

it.each([
  ['a Metric', metricOf(pa, spec({}), 'private')],
  ['a Metric whose pods are not asked', metricOf(pa, spec({ 'autoscaling.knative.dev/target-burst-capacity': '-1' }), 'private')],
  ['a ServerlessService of all activators', serverlessServiceOf(pa, { mode: 'Proxy', numActivators: 0 })],
  ['a ServerlessService of some activators', serverlessServiceOf(pa, { mode: 'Serve', numActivators: 3 })]
])('%s is as the webhook would leave it', (_what, object) => {
  expect(admitted(object)).toEqual(object)
})
