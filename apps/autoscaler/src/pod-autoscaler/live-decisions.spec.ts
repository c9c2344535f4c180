/** A key of a ConfigMap is changed while the autoscaler follows it, and what it decides for the same revision changes. */
import { describe, expect, it } from '@jest/globals'
import { parseAutoscalerConfig, parseDeploymentConfig, type AutoscalerConfig, type PodAutoscaler } from '@knative-ts/api'
import { createInformerFactory, watchConfig } from '@knative-ts/kube'
import { activatorCount, boundsOf, scalingSpecOf } from '@knative-ts/scaling'
import { configMap, eventually, fakeCluster, keptLog, podAutoscaler } from '@knative-ts/testing'
import { planScale } from './scale.plan.ts'
import { scalerSettingsOf } from './scaler-settings.ts'

const now = Date.UTC(2030, 0, 1)
const metadata = { name: 'config-autoscaler', namespace: 'knative-serving' }
const deployment = parseDeploymentConfig({ 'queue-sidecar-image': 'q' })
const idleSince = (seconds: number): PodAutoscaler =>
  podAutoscaler({
    status: {
      conditions: [
        { type: 'Active', status: 'False', reason: 'NoTraffic', lastTransitionTime: new Date(now - seconds * 1000).toISOString() },
        { type: 'ScaleTargetInitialized', status: 'True' }
      ]
    } as never
  })
const activeSince = (seconds: number): PodAutoscaler =>
  podAutoscaler({
    status: {
      conditions: [
        { type: 'Active', status: 'True', lastTransitionTime: new Date(now - seconds * 1000).toISOString() },
        { type: 'ScaleTargetInitialized', status: 'True' }
      ]
    } as never
  })
const specOf = (config: AutoscalerConfig, metric = 'concurrency') =>
  scalingSpecOf({ annotations: { 'autoscaling.knative.dev/metric': metric }, containerConcurrency: 0, reachability: 'Reachable' }, config)
/** What happens to a revision that wants no pod. */
const towardsZero = (pa: PodAutoscaler, config: AutoscalerConfig): unknown => {
  const { retentionMs, progressDeadlineMs } = scalerSettingsOf(pa, { config, deployment })
  return planScale({ pa, sks: undefined, spec: specOf(config), desired: 0, config, retentionMs, progressDeadlineMs, probed: 'yes', now })
}

type Row = readonly [key: string, value: string, decision: (config: AutoscalerConfig) => unknown, before: unknown, after: unknown]
const rows: readonly Row[] = [
  ['container-concurrency-target-percentage', '50', (config) => specOf(config).scaling.target, 70, 50],
  ['container-concurrency-target-default', '10', (config) => specOf(config).scaling.target, 70, 7],
  ['requests-per-second-target-default', '20', (config) => specOf(config, 'rps').scaling.total, 200, 20],
  ['target-burst-capacity', '0', (config) => specOf(config).scaling.targetBurstCapacity, 211, 0],
  [
    'stable-window',
    '30s',
    (config) => specOf(config).windows,
    { stableSeconds: 60, panicSeconds: 6 },
    { stableSeconds: 30, panicSeconds: 3 }
  ],
  ['panic-window-percentage', '50', (config) => specOf(config).windows.panicSeconds, 6, 30],
  ['panic-threshold-percentage', '150', (config) => specOf(config).scaling.panicThreshold, 2, 1.5],
  ['max-scale-up-rate', '3', (config) => specOf(config).scaling.maxUpRate, 1000, 3],
  ['max-scale-down-rate', '5', (config) => specOf(config).scaling.maxDownRate, 2, 5],
  ['enable-scale-to-zero', 'false', (config) => towardsZero(activeSince(600), config), { want: 0 }, { want: 1, apply: 1 }],
  [
    'scale-to-zero-grace-period',
    '100s',
    (config) => towardsZero(idleSince(60), config),
    { want: 0, apply: 0 },
    { want: 0, afterMs: 100_000 }
  ],
  [
    'scale-to-zero-pod-retention-period',
    '10m',
    (config) => towardsZero(idleSince(60), config),
    { want: 0, apply: 0 },
    { want: 0, afterMs: 540_000 }
  ],
  ['activator-capacity', '10', (config) => activatorCount(5, specOf(config).scaling, specOf(config).activatorCapacity), 8, 72],
  ['min-scale', '3', (config) => boundsOf({}, config, true), { min: 0, max: 0 }, { min: 3, max: 0 }],
  ['max-scale', '4', (config) => boundsOf({}, config, true), { min: 0, max: 0 }, { min: 0, max: 4 }],
  ['scale-down-delay', '15s', (config) => specOf(config).scaleDownDelayMs, 0, 15_000],
  ['initial-scale', '2', (config) => specOf(config).initialScale, 1, 2]
]

describe('config-autoscaler', () => {
  it.each(rows)('%s', async (key, value, decision, before, after) => {
    const cluster = fakeCluster({ objects: [configMap({ metadata, data: {} })] })
    const [stop, log] = [new AbortController(), keptLog()]
    const factory = createInformerFactory(cluster.client, { log })
    const config = watchConfig(factory, metadata.namespace, metadata.name, parseAutoscalerConfig, () => undefined, log)
    try {
      await factory.start(stop.signal)
      await config.synced()
      const decided = (): string => JSON.stringify(decision(config.current()))
      const first = decided()
      expect(JSON.parse(first)).toEqual(before)
      cluster.put(configMap({ metadata, data: { [key]: value } }))
      await eventually(() => decided() !== first, `another decision than ${first}`)
      expect(JSON.parse(decided())).toEqual(after)
    } finally {
      stop.abort()
    }
  })
})
