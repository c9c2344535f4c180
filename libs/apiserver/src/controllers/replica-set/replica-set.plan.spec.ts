import { describe, expect, it } from '@jest/globals'
import { replicaSets, type Pod } from '@knative-ts/api/kubernetes'
import { controllerRefOf } from '@knative-ts/kube'
import { pod, readyPod, replicaSet } from '@knative-ts/testing'
import { Expectations } from '../expectations.ts'
import { availableAt, planReplicaSet, statusOf } from './replica-set.plan.ts'
import { slowStart } from '../slow-start.ts'

const now = Date.UTC(2030, 0, 1)
const ownerReferences = [controllerRefOf(replicaSet(), replicaSets)]
const mine = (name: string, make: typeof pod = pod, overrides: object = {}): Pod =>
  make({ metadata: { name, ownerReferences, ...overrides } })
const names = (pods: readonly Pod[]): (string | undefined)[] => pods.map(({ metadata }) => metadata.name)

describe('the plan of a ReplicaSet', () => {
  it('counts neither ended nor leaving pods', () => {
    const pods = [
      mine('a'),
      pod({ metadata: { name: 'done', ownerReferences }, status: { phase: 'Failed' } }),
      mine('leaving', readyPod, { deletionTimestamp: '2030-01-01T00:00:00Z' })
    ]
    expect(planReplicaSet(replicaSet({ spec: { replicas: 3 } }), pods)).toMatchObject({ create: 2, remove: [] })
  })

  it('removes first what serves least and is youngest', () => {
    const ready = (name: string, since: string): Pod => {
      const made = mine(name, readyPod)
      return { ...made, status: { ...made.status!, conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: since }] } }
    }
    const pods = [
      ready('old', '2029-01-01T00:00:00Z'),
      ready('new', '2029-06-01T00:00:00Z'),
      {
        ...ready('cheap', '2028-01-01T00:00:00Z'),
        metadata: { ...mine('cheap').metadata, annotations: { 'controller.kubernetes.io/pod-deletion-cost': '-5' } }
      },
      mine('unscheduled'),
      readyPod({ metadata: { name: 'unready', ownerReferences }, status: { conditions: [{ type: 'Ready', status: 'False' }] } })
    ]
    expect(names(planReplicaSet(replicaSet({ spec: { replicas: 1 } }), pods).remove)).toEqual(['unscheduled', 'unready', 'cheap', 'new'])
  })

  it('adopts what it selects, releases what it no longer does, and leaves pods of others alone', () => {
    const other = { ...ownerReferences[0]!, uid: 'other' }
    const pods = [
      pod({ metadata: { name: 'free' } }),
      mine('changed', pod, { labels: { app: 'x' } }),
      pod({ metadata: { name: 'foreign', ownerReferences: [other] } })
    ]
    const plan = planReplicaSet(replicaSet(), pods)
    expect([names(plan.adopt), names(plan.release), plan.create]).toEqual([['free'], ['changed'], 0])
  })

  it('does nothing for a set on its way out', () => {
    const dying = replicaSet({ metadata: { deletionTimestamp: '2030-01-01T00:00:00Z' }, spec: { replicas: 5 } })
    expect(planReplicaSet(dying, [mine('changed', pod, { labels: { app: 'x' } })])).toMatchObject({
      create: 0,
      adopt: [],
      release: [],
      remove: []
    })
  })

  it('leaves counts of zero out of the status, and tells a failure once', () => {
    expect(statusOf(replicaSet(), [], undefined, now)).toEqual({ replicas: 0, observedGeneration: 1 })
    const failed = statusOf(replicaSet(), [], new Error('no room'), now)
    expect(failed.conditions).toEqual([
      { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'no room', lastTransitionTime: '2030-01-01T00:00:00Z' }
    ])
    const again = statusOf(replicaSet({ status: failed }), [], new Error('other'), now + 5_000)
    expect(again.conditions).toEqual(failed.conditions)
    expect(statusOf(replicaSet({ status: failed }), [mine('a', readyPod)], undefined, now)).toEqual({
      replicas: 1,
      fullyLabeledReplicas: 1,
      readyReplicas: 1,
      availableReplicas: 1,
      observedGeneration: 1
    })
  })

  it('counts a pod as available after minReadySeconds, and knows when that is', () => {
    const set = replicaSet({ spec: { minReadySeconds: 10 } })
    const pods = [mine('a', readyPod)]
    expect(statusOf(set, pods, undefined, now + 9_999).availableReplicas).toBeUndefined()
    expect(availableAt(set, pods, now + 4_000)).toBe(now + 10_000)
    expect(statusOf(set, pods, undefined, now + 10_000).availableReplicas).toBe(1)
  })
})

describe('expectations', () => {
  it('hold until the cache shows what was written, whichever comes first', () => {
    const expectations = new Expectations()
    expectations.created('set', 'a', now)
    expect(expectations.givenUpAt('set', now)).toBe(now + 30_000)
    expectations.appeared('a')
    expect(expectations.givenUpAt('set', now)).toBeUndefined()
    expectations.appeared('b')
    expectations.created('set', 'b', now)
    expect(expectations.givenUpAt('set', now)).toBeUndefined()
    expectations.deleted('set', 'a', now)
    expect(expectations.givenUpAt('set', now)).toBeDefined()
    expectations.left('a')
    expect(expectations.givenUpAt('set', now)).toBeUndefined()
  })

  it('are given up after 30 s', () => {
    const expectations = new Expectations()
    expectations.created('set', 'a', now)
    expect(expectations.givenUpAt('set', now + 30_000)).toBeUndefined()
  })
})

describe('a slow start', () => {
  it('goes in batches of 1, 2, 4, ... and stops after the first failure', async () => {
    let calls = 0
    expect(await slowStart(Array.from({ length: 10 }), async () => void calls++)).toBeUndefined()
    expect(calls).toBe(10)
    calls = 0
    const failure = await slowStart(Array.from({ length: 100 }), async () => {
      if (++calls === 2) throw new Error('full')
    })
    expect([failure?.message, calls]).toEqual(['full', 3])
  })
})
