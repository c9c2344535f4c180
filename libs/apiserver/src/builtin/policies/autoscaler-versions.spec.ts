import { describe, expect, it } from '@jest/globals'
import type { KubeObject } from '@knative-ts/api'
import { toAutoscalerV1, toAutoscalerV2 } from './autoscaler-versions.ts'

const autoscaler = (spec: object) =>
  ({
    kind: 'HorizontalPodAutoscaler',
    apiVersion: 'autoscaling/v2',
    metadata: { name: 'h', namespace: 'n', annotations: { own: 'x' } },
    spec: { maxReplicas: 3, scaleTargetRef: { kind: 'Deployment', name: 'd' }, ...spec },
    status: { desiredReplicas: 1, currentReplicas: 1, currentMetrics: null }
  }) as unknown as KubeObject
const cpu = { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }

describe('an autoscaler in both versions', () => {
  it.each([
    ['the one metric that v1 has', [cpu]],
    ['another metric', [{ type: 'Pods', pods: { metric: { name: 'm' }, target: { type: 'AverageValue', averageValue: '3' } } }, cpu]]
  ])('keeps %s on its way there and back', (_what, metrics) => {
    const before = autoscaler({ metrics })
    const { spec } = toAutoscalerV2(toAutoscalerV1(before)) as unknown as { spec: { metrics: object[] } }
    expect(spec.metrics).toEqual(metrics)
  })

  it('says utilization as a number in v1, and leaves annotations of others alone', () => {
    const { spec, metadata } = toAutoscalerV1(autoscaler({ metrics: [cpu] })) as unknown as { spec: object; metadata: object }
    expect(spec).toMatchObject({ targetCPUUtilizationPercentage: 50 })
    expect(metadata).toMatchObject({ annotations: { own: 'x' } })
  })
})
