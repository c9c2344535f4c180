import { describe, expect, it } from '@jest/globals'
import type * as k8s from '@knative-ts/api/kubernetes'
import type { ContainerFacts } from './container-status.ts'
import { podStatusOf, qosClassOf } from './pod-status.ts'

const running: k8s.ContainerState = { running: { startedAt: '2026-01-01T00:00:00Z' } }
const ended = (exitCode: number): k8s.ContainerState => ({ terminated: { exitCode } })
const waiting: k8s.ContainerState = { waiting: { reason: 'ContainerCreating' } }

const facts = (name: string, state: k8s.ContainerState, over: Partial<ContainerFacts> = {}): ContainerFacts => ({
  name,
  image: 'dev.local/hello',
  imageId: '',
  containerId: '',
  state,
  lastState: undefined,
  restartCount: 0,
  started: state.running !== undefined,
  ready: state.running !== undefined,
  ...over
})

const status = (
  containers: ContainerFacts[],
  over: { init?: ContainerFacts[]; policy?: string; before?: k8s.PodStatus; gates?: string[] } = {}
) =>
  podStatusOf(
    {
      pod: {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'p' },
        spec: {
          restartPolicy: over.policy ?? 'Always',
          containers: containers.map(({ name }) => ({ name })),
          ...(over.init === undefined ? {} : { initContainers: over.init.map(({ name }) => ({ name })) }),
          ...(over.gates === undefined ? {} : { readinessGates: over.gates.map((conditionType) => ({ conditionType })) })
        }
      },
      podAddress: '10.88.0.5',
      hasSandbox: true,
      hostAddress: '10.88.0.1',
      startTime: '2026-01-01T00:00:00Z',
      init: over.init ?? [],
      containers,
      before: over.before ?? {}
    },
    '2026-01-01T00:00:09Z'
  )

const condition = (of: k8s.PodStatus, type: string) => of.conditions?.find((each) => each.type === type)

it('calls an init container ready that ended well, and one that failed not', () => {
  const { initContainerStatuses } = status([facts('main', waiting)], { init: [facts('done', ended(0)), facts('failed', ended(1))] })
  expect(initContainerStatuses?.map(({ ready }) => ready)).toEqual([true, false])
})

describe('phase', () => {
  const restarting = facts('a', { waiting: { reason: 'CrashLoopBackOff' } }, { lastState: ended(1) })
  it.each<[string, ContainerFacts[], Parameters<typeof status>[1], string]>([
    ['a waiting container', [facts('a', waiting)], {}, 'Pending'],
    ['one of two waiting', [facts('a', running), facts('b', waiting)], {}, 'Pending'],
    ['all running', [facts('a', running), facts('b', running)], {}, 'Running'],
    ['a crash loop', [restarting], {}, 'Running'],
    ['all done, Never', [facts('a', ended(0))], { policy: 'Never' }, 'Succeeded'],
    ['one failed, Never', [facts('a', ended(0)), facts('b', ended(2))], { policy: 'Never' }, 'Failed'],
    ['one failed, OnFailure', [facts('a', ended(2))], { policy: 'OnFailure' }, 'Running'],
    ['done, Always', [facts('a', ended(0))], {}, 'Running'],
    ['init running', [facts('a', waiting)], { init: [facts('i', running)] }, 'Pending'],
    ['init failed, Never', [facts('a', waiting)], { init: [facts('i', ended(1))], policy: 'Never' }, 'Failed']
  ])('of %s', (_, containers, over, phase) => {
    expect(status(containers, over).phase).toBe(phase)
  })
})

describe('conditions', () => {
  it('name the containers that are not ready', () => {
    const of = status([facts('queue-proxy', running), facts('user', running, { ready: false }), facts('b', waiting)])
    const expected = { status: 'False', reason: 'ContainersNotReady', message: 'containers with unready status: [user b]' }
    expect(condition(of, 'Ready')).toMatchObject(expected)
    expect(condition(of, 'ContainersReady')).toMatchObject(expected)
    expect(condition(of, 'Initialized')).toMatchObject({ status: 'True' })
  })
  it('name the init containers that are not done', () => {
    const of = status([facts('a', waiting)], { init: [facts('one', ended(0)), facts('two', running)] })
    expect(condition(of, 'Initialized')).toMatchObject({
      status: 'False',
      reason: 'ContainersNotInitialized',
      message: 'containers with incomplete status: [two]'
    })
  })
  it('keep the transition time of what stays, and conditions of others', () => {
    const before = {
      conditions: [
        { type: 'Ready', status: 'True', lastTransitionTime: '2026-01-01T00:00:01Z' },
        { type: 'mine.example.com/gate', status: 'True' }
      ]
    }
    const of = status([facts('a', running)], { before })
    expect(condition(of, 'Ready')?.lastTransitionTime).toBe('2026-01-01T00:00:01Z')
    expect(condition(of, 'ContainersReady')?.lastTransitionTime).toBe('2026-01-01T00:00:09Z')
    expect(condition(of, 'mine.example.com/gate')?.status).toBe('True')
  })
  it('wait for readiness gates', () => {
    const of = status([facts('a', running)], { gates: ['x/y'] })
    expect(condition(of, 'ContainersReady')?.status).toBe('True')
    expect(condition(of, 'Ready')).toMatchObject({ status: 'False', reason: 'ReadinessGatesNotReady' })
  })
  it('say PodCompleted once all succeeded', () => {
    expect(condition(status([facts('a', ended(0))], { policy: 'Never' }), 'Ready')).toMatchObject({
      status: 'False',
      reason: 'PodCompleted'
    })
  })
})

describe('qosClassOf', () => {
  const pod = (resources: k8s.ResourceRequirements): k8s.Pod => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {},
    spec: { containers: [{ name: 'a', resources }] }
  })
  it.each([
    [{}, 'BestEffort'],
    [{ requests: { cpu: '1' } }, 'Burstable'],
    [{ limits: { cpu: '1', memory: '1Gi' } }, 'Guaranteed'],
    [{ requests: { cpu: '1' }, limits: { cpu: '2', memory: '1Gi' } }, 'Burstable']
  ])('of %j is %s', (resources, expected) => expect(qosClassOf(pod(resources))).toBe(expected))
})
