import { expect, it } from '@jest/globals'
import { parseAutoscalerConfig } from '@knative-ts/api'
import type { HorizontalPodAutoscalerSpec } from '@knative-ts/api/kubernetes'
import { podAutoscaler } from '@knative-ts/testing'
import { horizontalPodAutoscalerOf, sameDemand } from './horizontal-pod-autoscaler-of.ts'

const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'hello-00001-deployment' }

function specOf(annotations: Record<string, string>, config: Record<string, string> = {}, reachability = ''): HorizontalPodAutoscalerSpec {
  const prefixed = Object.fromEntries(Object.entries(annotations).map(([name, value]) => [`autoscaling.knative.dev/${name}`, value]))
  const pa = podAutoscaler({ metadata: { annotations: prefixed }, spec: { reachability } })
  return horizontalPodAutoscalerOf(pa, parseAutoscalerConfig(config)).spec as HorizontalPodAutoscalerSpec
}

const cpu = (averageUtilization: number) => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } }
})
const memory = (averageValue: string) => ({
  type: 'Resource',
  resource: { name: 'memory', target: { type: 'AverageValue', averageValue } }
})
const pods = (name: string, averageValue: string) => ({
  type: 'Pods',
  pods: { metric: { name }, target: { type: 'AverageValue', averageValue } }
})
const window = (stabilizationWindowSeconds: number) => ({
  behavior: { scaleDown: { stabilizationWindowSeconds }, scaleUp: { stabilizationWindowSeconds } }
})

it.each<[string, HorizontalPodAutoscalerSpec, Partial<HorizontalPodAutoscalerSpec>]>([
  ['no target is none of ours', specOf({ metric: 'cpu' }), {}],
  ['cpu in percent, rounded up', specOf({ metric: 'cpu', target: '70.2' }), { metrics: [cpu(71)] }],
  ['memory in MiB', specOf({ metric: 'memory', target: '75.9' }), { metrics: [memory('75Mi')] }],
  ['much memory, as Kubernetes writes it', specOf({ metric: 'memory', target: '2048' }), { metrics: [memory('2Gi')] }],
  ['a metric of somebody else', specOf({ metric: 'queue-length', target: '1000' }), { metrics: [pods('queue-length', '1k')] }],
  ['bounds', specOf({ 'min-scale': '2', 'max-scale': '5' }), { minReplicas: 2, maxReplicas: 5 }],
  ['bounds of the configuration', specOf({}, { 'min-scale': '1', 'max-scale': '3' }), { minReplicas: 1, maxReplicas: 3 }],
  ['no lower bound without a Route', specOf({ 'min-scale': '2', 'max-scale': '5' }, {}, 'Unreachable'), { maxReplicas: 5 }],
  ['a window both ways', specOf({ window: '1m30s' }), window(90)]
])('%s', (_what, spec, expected) => {
  expect(spec).toEqual({ scaleTargetRef: target, maxReplicas: 2 ** 31 - 1, ...expected })
})

it('has labels and annotations of its PodAutoscaler, which controls it', () => {
  const pa = podAutoscaler({ metadata: { labels: { a: 'b' }, annotations: { 'autoscaling.knative.dev/target': '70' } } })
  const { metadata } = horizontalPodAutoscalerOf(pa, parseAutoscalerConfig({}))
  expect(metadata).toMatchObject({
    name: 'hello-00001',
    namespace: 'default',
    labels: pa.metadata.labels,
    annotations: pa.metadata.annotations
  })
  expect(metadata.ownerReferences).toEqual([expect.objectContaining({ kind: 'PodAutoscaler', controller: true })])
})

it('is the same with what Kubernetes adds, and another one when anything that was asked for differs', () => {
  const wanted = specOf({ window: '60s' })
  const policies = [{ type: 'Percent', value: 100, periodSeconds: 15 }]
  const rules = { stabilizationWindowSeconds: 60, policies, selectPolicy: 'Max' }
  const stored = { ...wanted, minReplicas: 1, metrics: [cpu(80)], behavior: { scaleDown: rules, scaleUp: rules } }
  expect(sameDemand(stored, wanted)).toBe(true)
  expect(sameDemand(stored, specOf({ window: '61s' }))).toBe(false)
  expect(sameDemand(stored, specOf({ window: '60s', target: '70' }))).toBe(false)
  expect(sameDemand(stored, specOf({ window: '60s', 'max-scale': '3' }))).toBe(false)
  expect(sameDemand(stored, specOf({}))).toBe(false)
})
