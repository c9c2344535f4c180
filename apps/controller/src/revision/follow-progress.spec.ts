import { describe, expect, it } from '@jest/globals'
import { conditionOf, type Condition, type Revision, type RevisionStatus } from '@knative-ts/api'
import type { ContainerStatus, Deployment } from '@knative-ts/api/kubernetes'
import { deployment, pod, revision } from '@knative-ts/testing'
import type { Evidence } from './ask-pod.ts'
import { followProgress } from './follow-progress.ts'
import { tellTrouble } from './revision.plan.ts'

const status = (over: Partial<ContainerStatus>): ContainerStatus => ({
  name: 'user-container',
  image: 'i',
  imageID: '',
  ready: false,
  restartCount: 0,
  ...over
})
const waits = (reason: string, message = '') => status({ state: { waiting: { reason, message } } })
const runs = status({ state: { running: {} } })
const ended = (restartCount: number) =>
  status({ restartCount, state: { running: {} }, lastState: { terminated: { exitCode: 1, message: 'x' } } })
const going = { type: 'Progressing', status: 'True', reason: 'ReplicaSetUpdated' }
const overdue = { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'timed out progressing.' }
const evidence = (over: Partial<Evidence>): Evidence => ({ warnings: [], probe: '', output: '', ...over })

interface World {
  readonly before?: Condition
  readonly container?: ContainerStatus
  readonly replicas?: number
  readonly available?: number
  readonly progressing?: object
  readonly initialized?: boolean
  readonly known?: Evidence
  readonly spec?: object
}

/** Reason and message of ResourcesAvailable and ContainerHealthy after a pass, of those that are not True. */
function seen(world: World): string[] {
  const { container, replicas = 1, available = 0, progressing = going, initialized = false, known } = world
  const conditions: Condition[] = [
    world.before ?? { type: 'ResourcesAvailable', status: 'Unknown', reason: 'Deploying' },
    { type: 'ContainerHealthy', status: 'Unknown', reason: 'Deploying' },
    { type: 'Ready', status: world.before?.status ?? 'Unknown' }
  ]
  const object = revision({ status: { conditions } as never }) as Revision & { status: RevisionStatus }
  const of = deployment({ spec: { replicas }, status: { availableReplicas: available, conditions: [progressing] } as never }) as Deployment
  const spec = { containers: [{ name: 'user-container', image: 'i', ...world.spec }] }
  const pods = container === undefined ? [] : [pod({ spec: spec as never, status: { containerStatuses: [container] } as never })]
  const witness = { of: () => ({ evidence: known, afterMs: 3_000 }), forget: () => undefined }
  const progress = followProgress({ revision: object, deployment: of, pods, initialized, alwaysSchedulable: false }, witness)
  // As the autoscaler's part does for one that has not had its pods yet.
  const resources = conditionOf(object.status.conditions, 'ResourcesAvailable')
  if (resources?.status === 'True') Object.assign(resources, { status: 'Unknown', reason: 'Deploying' })
  tellTrouble(object.status, progress.trouble)
  return ['ResourcesAvailable', 'ContainerHealthy']
    .map((type) => conditionOf(object.status.conditions, type))
    .filter((condition) => condition !== undefined && condition.status !== 'True' && (condition.message ?? '') !== '')
    .map((condition) => `${condition?.type} ${condition?.status} ${condition?.reason}: ${condition?.message}`)
}

const pullFailed: Condition = { type: 'ResourcesAvailable', status: 'False', reason: 'ImagePullBackOff', message: 'no such image' }

describe('a pull that failed', () => {
  it.each([
    ['while it is tried again', waits('ErrImagePull', 'other words')],
    ['while the container is made', waits('ContainerCreating')],
    ['while the node waits', waits('ImagePullBackOff', 'other words')]
  ])('stays told %s', (_, container) =>
    expect(seen({ before: pullFailed, container })).toEqual(['ResourcesAvailable False ImagePullBackOff: no such image'])
  )
  it('is over when the container runs', () => expect(seen({ before: pullFailed, container: runs, known: evidence({}) })).toEqual([]))
  it('stays told when it was scaled to zero for it', () =>
    expect(seen({ before: pullFailed, replicas: 0 })).toEqual(['ResourcesAvailable False ImagePullBackOff: no such image']))
  it('is over, scaled to zero, for a revision that had its pods before', () =>
    expect(seen({ before: pullFailed, replicas: 0, initialized: true })).toEqual([]))
})

describe('trouble', () => {
  const told: Condition = { type: 'ResourcesAvailable', status: 'Unknown', reason: 'Deploying', message: 'Readiness probe failed: no.' }
  it('is the first end of a container', () =>
    expect(seen({ container: ended(1) })).toEqual([expect.stringMatching(/^ResourcesAvailable Unknown .*Container failed with: x/)]))
  it('is a failure from the second end on', () =>
    expect(seen({ container: ended(2) })).toEqual([expect.stringMatching(/^ContainerHealthy False ExitCode1: Container failed with: x/)]))
  it('names the probe that killed it already the first time', () => {
    const known = evidence({ warnings: [{ reason: 'Unhealthy', message: 'Liveness probe failed: status 500' }] })
    const [line] = seen({ container: ended(1), known, spec: { livenessProbe: {} } })
    expect(line).toMatch(/Container failed with: x\. It was killed because its liveness probe failed: status 500\. Correct the probe/)
  })
  it('stays told while a pod has not been asked again', () =>
    expect(seen({ before: told, container: runs })).toEqual(['ResourcesAvailable Unknown Deploying: Readiness probe failed: no.']))
  it('is over when the pod has been asked and knows of none', () =>
    expect(seen({ before: told, container: runs, known: evidence({}) })).toEqual([]))
  it('is how many pods are missing', () =>
    expect(seen({ replicas: 3, available: 2 })).toEqual([
      'ResourcesAvailable Unknown Deploying: 2 of 3 pods that it should start with are ready.'
    ]))
  it.each([
    ['one pod, which it has', { replicas: 1, available: 1 }],
    ['one pod, which it has not', { replicas: 1 }],
    ['none', { replicas: 0 }]
  ])('stays how many pods were missing when it was scaled down for it to %s', (_, scaled) => {
    const message = 'exceeded quota'
    const advice = 'Lower what the pods ask for (resources, min-scale) or set what the quota wants set, or have the ResourceQuota raised.'
    const more = `${message}. ${advice} 2 of 3 pods that it should start with are ready.`
    const refused = { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message }
    const before: Condition = { type: 'ResourcesAvailable', status: 'False', reason: 'FailedCreate', message: more }
    expect(seen({ before, progressing: refused, ...scaled })).toEqual([`ResourcesAvailable False FailedCreate: ${more}`])
  })
  it('is how many pods are missing when others are refused, before those that are there have been asked', () => {
    const refused = { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'exceeded quota' }
    const before: Condition = { type: 'ResourcesAvailable', status: 'Unknown', reason: 'Deploying', message: '' }
    const [line] = seen({ before, progressing: refused, replicas: 3, available: 0, container: runs })
    expect(line).toMatch(/^ResourcesAvailable False FailedCreate: exceeded quota.* 0 of 3 pods that it should start with are ready\.$/)
  })
  it('is none of a revision that had all its pods once, and has one now', () =>
    expect(seen({ replicas: 3, available: 1, container: ended(4), initialized: true })).toEqual([]))
})

it('a revision that was ready before asks nobody while it starts again', () => {
  const asked: unknown[] = []
  const object = revision({ status: { conditions: [{ type: 'Ready', status: 'True' }] } as never }) as Revision & { status: RevisionStatus }
  const of = deployment({ spec: { replicas: 1 }, status: { conditions: [going] } as never }) as Deployment
  const starting = pod({ status: { containerStatuses: [runs] } as never })
  const witness = { of: () => ({ evidence: undefined, afterMs: asked.push('pod') }), forget: () => undefined }
  followProgress({ revision: object, deployment: of, pods: [starting], initialized: true, alwaysSchedulable: false }, witness)
  expect(asked).toEqual([])
})

describe('the deadline', () => {
  const known = evidence({ probe: 'no.', output: 'waiting for a lock' })
  const whole =
    'ResourcesAvailable False ProgressDeadlineExceeded: timed out progressing. Readiness probe failed: no. Container "user-container" wrote last: waiting for a lock'
  it('is told with what the pod knows', () => expect(seen({ progressing: overdue, container: runs, known })).toEqual([whole]))
  it('is not there yet: what the container writes is not told', () =>
    expect(seen({ container: runs, known })).toEqual(['ResourcesAvailable Unknown Deploying: Readiness probe failed: no.']))
  it('is told so also when the pods are gone', () => {
    const message = 'timed out progressing. Readiness probe failed: no.'
    const before: Condition = { type: 'ResourcesAvailable', status: 'False', reason: 'ProgressDeadlineExceeded', message }
    expect(seen({ before, progressing: overdue, replicas: 0 })).toEqual([`ResourcesAvailable False ProgressDeadlineExceeded: ${message}`])
  })
})
