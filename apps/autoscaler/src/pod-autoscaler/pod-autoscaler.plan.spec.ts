import { expect, it } from '@jest/globals'
import { initialize, podAutoscalerConditions, type Condition, type PodAutoscaler, type PodAutoscalerStatus } from '@knative-ts/api'
import { podAutoscaler } from '@knative-ts/testing'
import { markServices, markStatus, requestPathOf } from './pod-autoscaler.plan.ts'
import { activityOf, planScale, type ScaleWorld } from './scale.plan.ts'
import { parseAutoscalerConfig } from '@knative-ts/api'
import { scalingSpecOf } from '@knative-ts/scaling'

const config = parseAutoscalerConfig({})
const spec = (annotations: Record<string, string> = {}) =>
  scalingSpecOf({ annotations, containerConcurrency: 0, reachability: 'Reachable' }, config)
const at = '2030-01-01T00:00:00Z'
const now = Date.parse(at) + 100_000

type Known = Partial<Record<'Active' | 'ScaleTargetInitialized' | 'SKSReady', Condition['status']>>
function pa(known: Known, annotations: Record<string, string> = {}): PodAutoscaler & { status: PodAutoscalerStatus } {
  const object = podAutoscaler({ metadata: { annotations } })
  const conditions = initialize([], podAutoscalerConditions).map((condition) => ({
    ...condition,
    status: known[condition.type as keyof Known] ?? condition.status,
    lastTransitionTime: at
  }))
  return { ...object, status: { serviceName: 'hello-00001', metricsServiceName: 'hello-00001-private', conditions } }
}

const world = (known: Known, desired: number, over: Partial<ScaleWorld> = {}, annotations: Record<string, string> = {}): ScaleWorld => ({
  pa: pa(known, annotations),
  sks: undefined,
  spec: spec(annotations),
  desired,
  config,
  retentionMs: 0,
  progressDeadlineMs: 600_000,
  probed: 'unknown',
  now,
  ...over
})

it.each([
  ['knows nothing yet and is not activating', world({ Active: 'True' }, -1), { want: -1 }],
  ['wants pods', world({ Active: 'True' }, 3), { want: 3, apply: 3 }],
  ['is activating without a decision', world({ Active: 'Unknown' }, -1), { want: -1, afterMs: 530_000 }],
  ['is idle long enough', world({ Active: 'True' }, 0), { want: 0 }],
  ['is inactive and must be probed', world({ Active: 'False' }, 0), { want: 0, probe: true }],
  ['is inactive and proved to be proxied', world({ Active: 'False' }, 0, { probed: 'yes' }), { want: 0, apply: 0 }],
  ['has a lower bound', world({ Active: 'False' }, 0, {}, { 'autoscaling.knative.dev/min-scale': '2' }), { want: 2, apply: 2 }],
  ['has an upper bound', world({ Active: 'True' }, 9, {}, { 'autoscaling.knative.dev/max-scale': '4' }), { want: 4, apply: 4 }],
  ['holds its initial scale', world({ Active: 'Unknown' }, 1, {}, { 'autoscaling.knative.dev/initial-scale': '3' }), { want: 3, apply: 3 }]
])('a revision that %s', (_name, given, plan) => {
  expect(planScale(given)).toEqual(plan)
})

it('counts as activating from its creation while it has no Active condition', () => {
  expect(activityOf(podAutoscaler({ metadata: { creationTimestamp: at } }))).toEqual({ kind: 'activating', since: Date.parse(at) })
})

it.each<[string, Known, number, number, Known, string | undefined]>([
  ['no pods yet', {}, -1, 0, { Active: 'Unknown', ScaleTargetInitialized: 'Unknown' }, 'Queued'],
  ['the first pod', { Active: 'Unknown' }, -1, 1, { Active: 'True', ScaleTargetInitialized: 'True' }, undefined],
  [
    'traffic ended',
    { Active: 'True', ScaleTargetInitialized: 'True' },
    0,
    1,
    { Active: 'False', ScaleTargetInitialized: 'True' },
    'NoTraffic'
  ],
  ['it never came up', { Active: 'Unknown' }, 0, 0, { Active: 'False', ScaleTargetInitialized: 'Unknown' }, 'TimedOut'],
  ['it wakes', { Active: 'False', ScaleTargetInitialized: 'True' }, 1, 0, { Active: 'Unknown', ScaleTargetInitialized: 'True' }, 'Queued'],
  [
    'it sleeps',
    { Active: 'False', ScaleTargetInitialized: 'True' },
    -1,
    0,
    { Active: 'False', ScaleTargetInitialized: 'True' },
    'NoTraffic'
  ]
])('says how it is when %s', (_name, known, want, ready, expected, reason) => {
  const object = pa(known)
  markStatus(object, { want, ready, bounds: { min: 0, max: 0 }, initialScale: 1 })
  const found = Object.fromEntries((object.status.conditions ?? []).map((condition) => [condition.type, condition.status]))
  expect(found).toMatchObject(expected)
  expect(object.status.conditions?.find(({ type }) => type === 'Active')?.reason).toBe(reason)
})

it('never forgets a count for "unknown"', () => {
  const object = pa({ Active: 'True', ScaleTargetInitialized: 'True' })
  object.status.desiredScale = 4
  markStatus(object, { want: -1, ready: 4, bounds: { min: 0, max: 0 }, initialScale: 1 })
  expect(object.status).toMatchObject({ desiredScale: 4, actualScale: 4 })
})

it.each([
  [1, -111, false, 1, 'Proxy', 4],
  [3, 89, false, 3, 'Serve', 6],
  [0, 10, false, 0, 'Proxy', 3],
  [-1, 10, true, 0, 'Proxy', 3],
  [-1, 0, false, 0, 'Serve', 3]
] as const)(
  'with %d wanted and %d to spare (inactive: %j, ready %d) requests go by %s through %d activators',
  (want, excess, inactive, ready, mode, numActivators) => {
    expect(requestPathOf(want, excess, spec(), ready, inactive)).toEqual({ mode, numActivators })
  }
)

it('hands on that a Service of the revision’s name belongs to somebody else, before there is one of its own', () => {
  const object = pa({})
  const message = 'There is an existing Service "hello-00001" that we do not own.'
  const conditions = [{ type: 'Ready', status: 'False', reason: 'NotOwned', message }] as const
  const spec = { mode: 'Proxy', objectRef: {}, protocolType: 'http1' } as const
  markServices(object, {
    apiVersion: 'networking.internal.knative.dev/v1alpha1',
    kind: 'ServerlessService',
    metadata: { name: 'hello-00001' },
    spec,
    status: { conditions: [...conditions] }
  })
  expect(object.status.conditions).toContainEqual(
    expect.objectContaining({ type: 'SKSReady', status: 'False', reason: 'NotOwned', message })
  )
})
