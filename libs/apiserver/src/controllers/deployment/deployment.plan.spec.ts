import { describe, expect, it } from '@jest/globals'
import { deployments, type Deployment, type ReplicaSet } from '@knative-ts/api/kubernetes'
import { controllerRefOf } from '@knative-ts/kube'
import { deployment } from '@knative-ts/testing'
import { progressed, deadlineAt } from './deployment.conditions.ts'
import { planDeployment } from './deployment.plan.ts'
import { replicaSetOf, sizeAnnotations } from './replica-set-of.ts'
import { boundsOf } from './rollout-bounds.ts'
import { templateHash } from './template-hash.ts'

const now = Date.UTC(2030, 0, 1)

const wants = (
  replicas: number,
  maxSurge: number | string = '25%',
  maxUnavailable: number | string = '25%',
  more: object = {}
): Deployment => deployment({ spec: { replicas, strategy: { rollingUpdate: { maxSurge, maxUnavailable } }, ...more } })

/** A set of the Deployment: `image` other than the Deployment's makes it an old one. */
function set(of: Deployment, size: number, available: number, image = 'dev.local/hello', age = 0): ReplicaSet {
  const template = { ...of.spec!.template, spec: { containers: [{ name: 'main', image }] } }
  const made = replicaSetOf({ ...of, spec: { ...of.spec!, template } }, size, age + 1)
  const creationTimestamp = new Date(now + age * 1000).toISOString()
  const metadata = {
    ...made.metadata,
    uid: `uid-${image}`,
    generation: 1,
    creationTimestamp,
    ownerReferences: [controllerRefOf(of, deployments)]
  }
  return { ...made, metadata, status: { replicas: size, availableReplicas: available, observedGeneration: 1 } }
}

function sizes(of: Deployment, sets: readonly ReplicaSet[], oldPodsLeft = false): Record<string, number> {
  const plan = planDeployment(of, sets, oldPodsLeft, now)
  const changed = plan.update.map(({ after }) => [after.spec?.template?.spec?.containers[0]?.image, after.spec?.replicas] as const)
  const created = plan.create === undefined ? [] : [['created', plan.create.spec?.replicas ?? -1] as const]
  return Object.fromEntries([...created, ...changed]) as Record<string, number>
}

describe('the bounds of a rollout', () => {
  it.each([
    [1, '25%', '25%', 1, 0],
    [4, '25%', '25%', 1, 1],
    [10, '25%', '25%', 3, 2],
    [3, 0, 0, 0, 1],
    [2, 0, 5, 0, 2],
    [5, 2, 1, 2, 1]
  ])('of %s pods with surge %s and unavailability %s are %s and %s', (replicas, maxSurge, maxUnavailable, surge, unavailable) => {
    expect(boundsOf(wants(replicas, maxSurge, maxUnavailable))).toEqual({ maxSurge: surge, maxUnavailable: unavailable })
  })
})

describe('a rolling update', () => {
  it('starts the new set within the surge', () => {
    const of = wants(10)
    expect(sizes(of, [set(of, 10, 10, 'old')])).toEqual({ created: 3 })
    expect(sizes(wants(3), [])).toEqual({ created: 3 })
  })

  it('shrinks the old set only as far as the new one serves', () => {
    const of = wants(4, 1, 0)
    expect(sizes(of, [set(of, 4, 4, 'old'), set(of, 1, 0, undefined, 1)])).toEqual({})
    expect(sizes(of, [set(of, 4, 4, 'old'), set(of, 1, 1, undefined, 1)])).toEqual({ old: 3 })
    expect(sizes(of, [set(of, 3, 3, 'old'), set(of, 1, 1, undefined, 1)])).toEqual({ 'dev.local/hello': 2 })
  })

  it('takes pods that do not serve away first', () => {
    const of = wants(4, 1, 1)
    expect(sizes(of, [set(of, 4, 1, 'old'), set(of, 1, 1, undefined, 1)])).toEqual({ old: 2 })
  })

  it('never goes under the wanted pods when nothing may be unavailable', () => {
    for (let wanted = 1; wanted <= 6; wanted++) {
      const of = wants(wanted, 1, 0)
      let [old, current] = [wanted, 0]
      for (let step = 0; step < 40 && old > 0; step++) {
        const next = sizes(of, [set(of, old, old, 'old'), ...(current === 0 ? [] : [set(of, current, current, undefined, 1)])])
        current = next['created'] ?? next['dev.local/hello'] ?? current
        old = next['old'] ?? old
        expect(old + current).toBeGreaterThanOrEqual(wanted)
        expect(old + current).toBeLessThanOrEqual(wanted + 1)
      }
      expect([old, current]).toEqual([0, wanted])
    }
  })
})

describe('a Recreate', () => {
  const of = deployment({ spec: { replicas: 2, strategy: { type: 'Recreate', rollingUpdate: undefined } } })
  it('empties the old set, waits for its pods, then starts the new one', () => {
    expect(sizes(of, [set(of, 2, 2, 'old')], true)).toEqual({ old: 0 })
    expect(sizes(of, [set(of, 0, 0, 'old')], true)).toEqual({})
    expect(sizes(of, [set(of, 0, 0, 'old')], false)).toEqual({ created: 2 })
  })
})

describe('a change of size', () => {
  it('goes to the only active set', () => {
    const before = wants(2)
    expect(sizes(wants(5), [set(before, 2, 2)])).toEqual({ 'dev.local/hello': 5 })
    expect(sizes(wants(0), [set(before, 2, 2)])).toEqual({ 'dev.local/hello': 0 })
    expect(sizes(wants(1), [set(wants(0), 0, 0)])).toEqual({ 'dev.local/hello': 1 })
  })

  it('is shared in proportion in the middle of a rollout', () => {
    const before = wants(10, 3, 2)
    const old = { ...set(before, 8, 8, 'old') }
    const current = set(before, 5, 0, undefined, 1)
    expect(sizes(wants(15, 3, 2), [old, current])).toEqual({ old: 11, 'dev.local/hello': 7 })
  })

  it('notes the new size down', () => {
    const { update } = planDeployment(wants(5), [set(wants(2), 2, 2)], false, now)
    expect(update[0]?.after.metadata.annotations).toMatchObject(sizeAnnotations(wants(5)))
  })
})

describe('revisions', () => {
  it('keep as many old sets as the limit says, youngest first', () => {
    const of = deployment({
      spec: { revisionHistoryLimit: 1 },
      status: { replicas: 1, updatedReplicas: 1, availableReplicas: 1, observedGeneration: 1 }
    })
    const sets = [set(of, 0, 0, 'one', 0), set(of, 0, 0, 'two', 1), set(of, 0, 0, 'three', 2), set(of, 1, 1, undefined, 3)]
    const { remove } = planDeployment(of, sets, false, now)
    expect(remove.map((old) => old.spec?.template?.spec?.containers[0]?.image)).toEqual(['one', 'two'])
  })
})

describe('the hash of a template', () => {
  it('does not depend on the order of members, nor on a hash that is there already', () => {
    const { template } = deployment().spec!
    const turned = { spec: template.spec!, metadata: { labels: { 'pod-template-hash': 'x', app: 'hello' } } }
    expect(templateHash(turned)).toBe(templateHash(template))
    expect(templateHash(template, 1)).not.toBe(templateHash(template))
    expect(templateHash(template)).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]+$/)
  })
})

describe('the deadline of a rollout', () => {
  const condition = {
    type: 'Progressing',
    status: 'True',
    reason: 'ReplicaSetUpdated',
    lastUpdateTime: '2030-01-01T00:00:00Z',
    lastTransitionTime: '2030-01-01T00:00:00Z'
  }
  it('counts from the last step and ends in a condition', () => {
    const of = deployment({
      spec: { progressDeadlineSeconds: 10 },
      status: { replicas: 1, updatedReplicas: 1, unavailableReplicas: 1, conditions: [condition] }
    })
    const sets = { current: set(of, 1, 0), old: [] }
    expect(deadlineAt(of, [condition])).toBe(now + 10_000)
    expect(progressed(of, sets, of.status!, now + 9_999).conditions).toEqual([condition])
    const late = progressed(of, sets, of.status!, now + 10_000)
    expect(late.conditions).toMatchObject([
      {
        status: 'False',
        reason: 'ProgressDeadlineExceeded',
        message: `ReplicaSet "${sets.current.metadata.name}" has timed out progressing.`
      }
    ])
    expect(deadlineAt(of, late.conditions!)).toBeUndefined()
  })
})
