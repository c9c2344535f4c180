import { afterEach, describe, expect, it } from '@jest/globals'
import {
  events,
  horizontalPodAutoscalers,
  type HorizontalPodAutoscaler,
  type HorizontalPodAutoscalerSpec,
  type Pod
} from '@knative-ts/api/kubernetes'
import type { PodMetrics } from '../../usage/usage-objects.ts'
import { startLoops, type TestLoops } from '../start-loops.fixture.ts'
import type { AutoscalerPorts } from './autoscaler-ports.ts'
import { horizontalPodAutoscalerLoop } from './horizontal-pod-autoscaler.reconciler.ts'

const key = { namespace: 'default', name: 'web' }
const old = '2029-01-01T00:00:00Z'

/** A target whose pods all use the same: `milli` thousandths of a core each, of the 100 that they request. */
class Target implements AutoscalerPorts {
  replicas: number
  milli = 50
  readonly rescales: number[] = []
  refusal: Error | undefined
  missing: Error | undefined
  now = () => 0

  constructor(replicas: number) {
    this.replicas = replicas
  }

  async scaleOf() {
    if (this.missing !== undefined) throw this.missing
    const rescale = async (replicas: number) => {
      if (this.refusal !== undefined) throw this.refusal
      this.rescales.push(replicas)
    }
    return { replicas: this.replicas, selector: 'app=web', rescale }
  }

  pods(): Pod[] {
    return Array.from({ length: this.replicas }, (_, index) => podOf(`web-${index}`))
  }

  async usageOf(): Promise<PodMetrics[]> {
    return this.pods().map((pod) => ({
      apiVersion: 'metrics.k8s.io/v1beta1',
      kind: 'PodMetrics',
      metadata: { name: pod.metadata.name!, namespace: 'default' },
      timestamp: new Date(this.now()).toISOString(),
      window: '15s',
      containers: [{ name: 'main', usage: { cpu: `${this.milli}m`, memory: '64Mi' } }]
    }))
  }
}

function podOf(name: string, overrides: Partial<NonNullable<Pod['status']>> = {}): Pod {
  const status = {
    phase: 'Running',
    startTime: old,
    conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: old }],
    ...overrides
  }
  const resources = { requests: { cpu: '100m', memory: '128Mi' } }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', uid: name, labels: { app: 'web' } },
    spec: { containers: [{ name: 'main', resources }] },
    status
  }
}

const cpu = (averageUtilization: number) => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } }
})

let world: TestLoops | undefined
afterEach(() => world?.stop())

async function run(target: Target, spec: Partial<HorizontalPodAutoscalerSpec> = {}): Promise<TestLoops> {
  world = await startLoops((context) => {
    target.now = () => context.clock.now()
    return [horizontalPodAutoscalerLoop(context, target)]
  }, target.pods())
  await world.client.create(horizontalPodAutoscalers, {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      minReplicas: 1,
      maxReplicas: 10,
      metrics: [cpu(50)],
      ...spec
    }
  } as HorizontalPodAutoscaler)
  return world
}

const status = (at: TestLoops) => at.find(horizontalPodAutoscalers, key)?.status
const told = (at: TestLoops) => (status(at)?.conditions ?? []).map(({ type, status, reason }) => `${type}=${status} ${reason}`)
const said = (at: TestLoops) => at.all(events).map(({ reason, message }) => `${reason}: ${message}`)
/** The target comes to what was asked of it, and the next period begins. */
async function nextPeriod(at: TestLoops, target: Target): Promise<void> {
  for (const pod of at.pods()) at.remove(pod)
  for (const pod of target.pods()) at.put(pod)
  await at.clock.advance(15_000)
}

describe('a HorizontalPodAutoscaler', () => {
  it('grows the target in proportion, and says from what', async () => {
    const target = new Target(2)
    target.milli = 80
    const at = await run(target)
    await at.until(() => target.rescales[0])
    expect(target.rescales).toEqual([4])
    await at.until(() => status(at)?.desiredReplicas === 4)
    expect(status(at)).toEqual({
      currentReplicas: 2,
      desiredReplicas: 4,
      lastScaleTime: expect.any(String),
      currentMetrics: [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 80, averageValue: '80m' } } }],
      conditions: expect.any(Array)
    })
    expect(told(at)).toEqual([
      'AbleToScale=True SucceededRescale',
      'ScalingActive=True ValidMetricFound',
      'ScalingLimited=False DesiredWithinRange'
    ])
    await at.until(() =>
      said(at).includes('SuccessfulRescale: New size: 4; reason: cpu resource utilization (percentage of request) above target')
    )
  })

  it('stays within a tenth of its target', async () => {
    const target = new Target(2)
    target.milli = 55
    const at = await run(target)
    await at.until(() => status(at)?.desiredReplicas === 2)
    expect(told(at)).toEqual([
      'AbleToScale=True ReadyForNewScale',
      'ScalingActive=True ValidMetricFound',
      'ScalingLimited=False DesiredWithinRange'
    ])
    expect(target.rescales).toEqual([])
  })

  it('never more than doubles without policies, nor exceeds its maximum', async () => {
    const target = new Target(3)
    target.milli = 500
    const at = await run(target)
    await at.until(() => target.rescales[0] === 6)
    await at.until(() => told(at).includes('ScalingLimited=True ScaleUpLimit'))
    target.replicas = 6
    await nextPeriod(at, target)
    await at.until(() => target.rescales[1] === 10)
    await at.until(() => told(at).includes('ScalingLimited=True TooManyReplicas'))
    expect(target.rescales).toEqual([6, 10])
  })

  it('shrinks only after five minutes of lower recommendations', async () => {
    const target = new Target(4)
    const at = await run(target, { metrics: [cpu(100)] })
    await at.until(() => told(at).includes('AbleToScale=True ScaleDownStabilized'))
    for (let passed = 15; passed < 300; passed += 15) await nextPeriod(at, target)
    expect(target.rescales).toEqual([])
    await nextPeriod(at, target)
    await nextPeriod(at, target)
    await at.until(() => target.rescales[0] === 2)
    await at.until(() => said(at).includes('SuccessfulRescale: New size: 2; reason: All metrics below target'))
  })

  it('keeps to policies: so many pods a period', async () => {
    const target = new Target(8)
    target.milli = 10
    const policies = [{ type: 'Pods', value: 2, periodSeconds: 60 }]
    const at = await run(target, {
      behavior: {
        scaleUp: { stabilizationWindowSeconds: 0, selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] },
        scaleDown: { stabilizationWindowSeconds: 0, selectPolicy: 'Max', policies }
      }
    })
    await at.until(() => target.rescales[0] === 6)
    await at.until(() => told(at).includes('ScalingLimited=True ScaleDownLimit'))
    target.replicas = 6
    await nextPeriod(at, target)
    await at.until(() => told(at)[0] === 'AbleToScale=True ReadyForNewScale')
    expect(target.rescales).toEqual([6])
    for (let passed = 15; passed < 60; passed += 15) await nextPeriod(at, target)
    await at.until(() => target.rescales[1] === 4)
  })

  it('lets a direction be disabled', async () => {
    const target = new Target(2)
    target.milli = 500
    const at = await run(target, {
      behavior: { scaleUp: { stabilizationWindowSeconds: 0, selectPolicy: 'Disabled', policies: [] }, scaleDown: {} }
    })
    await at.until(() => told(at).includes('ScalingLimited=True ScaleUpLimit'))
    expect(target.rescales).toEqual([])
  })

  it('brings what is out of bounds back, without looking at metrics', async () => {
    const target = new Target(12)
    const at = await run(target)
    await at.until(() => target.rescales[0] === 10)
    await at.until(() => status(at)?.desiredReplicas === 10)
    expect(status(at)?.currentMetrics).toBeNull()
    await at.until(() => said(at).includes('SuccessfulRescale: New size: 10; reason: Current number of replicas above Spec.MaxReplicas'))
  })

  it('leaves a target of no replicas alone', async () => {
    const target = new Target(0)
    const at = await run(target)
    await at.until(() => told(at).includes('ScalingActive=False ScalingDisabled'))
    expect(status(at)).toMatchObject({ desiredReplicas: 0 })
    expect(target.rescales).toEqual([])
  })

  it('says what it cannot do when there are no metrics, and keeps its counts', async () => {
    const target = new Target(2)
    target.usageOf = async () => {
      throw new Error(
        'unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)'
      )
    }
    const at = await run(target)
    await at.until(() => told(at).includes('ScalingActive=False FailedGetResourceMetric'))
    const why =
      'failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)'
    expect(status(at)?.conditions?.[1]?.message).toBe(`the HPA was unable to compute the replica count: ${why}`)
    expect(status(at)).toMatchObject({ currentReplicas: 2, desiredReplicas: 0, currentMetrics: [{ type: '' }] })
    await at.until(() => said(at).length === 2)
    expect(said(at)).toEqual([
      `FailedGetResourceMetric: ${why}`,
      `FailedComputeMetricsReplicas: invalid metrics (1 invalid out of 1), first error is: failed to get cpu resource metric value: ${why}`
    ])
  })

  it('does not shrink on one good metric while another cannot be read, but grows', async () => {
    const target = new Target(2)
    target.milli = 10
    const broken = { type: 'Pods', pods: { metric: { name: 'hits' }, target: { type: 'AverageValue', averageValue: '1' } } }
    const at = await run(target, { metrics: [cpu(50), broken] })
    await at.until(() => told(at).includes('ScalingActive=False FailedGetPodsMetric'))
    target.milli = 90
    expect(target.rescales).toEqual([])
    await nextPeriod(at, target)
    await at.until(() => target.rescales[0])
    expect(target.rescales).toEqual([4])
  })

  it('refuses when two claim the same pods', async () => {
    const target = new Target(2)
    const at = await run(target)
    const first = at.find(horizontalPodAutoscalers, key)!
    await at.client.create(horizontalPodAutoscalers, {
      ...first,
      metadata: { name: 'other', namespace: 'default' }
    } as HorizontalPodAutoscaler)
    const other = () => at.find(horizontalPodAutoscalers, { ...key, name: 'other' })?.status?.conditions?.[1]
    await at.until(() => other()?.reason === 'AmbiguousSelector')
    expect(other()?.message).toBe('pods by selector app=web are controlled by multiple HPAs: [{other default} {web default}]')
  })

  it('tells of a target that is not there', async () => {
    const target = new Target(2)
    target.missing = new Error('deployments.apps "web" not found')
    const at = await run(target)
    await at.until(() => told(at).includes('AbleToScale=False FailedGetScale'))
    expect(status(at)?.conditions?.[0]?.message).toBe(
      'the HPA controller was unable to get the target\'s current scale: deployments.apps "web" not found'
    )
  })
})
