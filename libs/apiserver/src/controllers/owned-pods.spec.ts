import { afterEach, describe, expect, it } from '@jest/globals'
import { pods, replicaSets, type Pod, type ReplicaSet } from '@knative-ts/api/kubernetes'
import { controllerOf, controllerRefOf, createReconcileLoop, settled, type ReconcileLoop } from '@knative-ts/kube'
import { againAt } from './again-at.ts'
import type { ControllerContext } from './controller-context.ts'
import { OwnedPods, type OwnedPodsOptions } from './owned-pods.ts'
import { isActive } from './pod-state.ts'
import { startLoops, type TestLoops } from './start-loops.fixture.ts'

let world: TestLoops | undefined
afterEach(async () => {
  await world?.stop()
  world = undefined
})

const set: ReplicaSet = {
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: { name: 'web', namespace: 'default', uid: 'set' },
  spec: { selector: { matchLabels: { app: 'web' } }, template: { spec: { containers: [] } } }
}
const mine = [controllerRefOf(set, replicaSets)]
const pod = (name: string, app: string, more: Partial<Pod['metadata']> = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default', uid: name, labels: { app }, ...more },
  spec: { containers: [] },
  status: { phase: 'Running' }
})
const held = { deletionTimestamp: '2030-01-01T00:00:00Z', finalizers: ['example.com/held'] }

interface Started {
  readonly at: TestLoops
  readonly owned: OwnedPods<ReplicaSet>
  readonly passes: string[]
}
async function start(objects: readonly Pod[], options: Partial<OwnedPodsOptions<ReplicaSet>> = {}): Promise<Started> {
  const found: { owned?: OwnedPods<ReplicaSet> } = {}
  const passes: string[] = []
  const loop = (context: ControllerContext): ReconcileLoop => {
    const owners = context.factory.informer(replicaSets)
    const owned = new OwnedPods(context, { component: 'test', resource: replicaSets, owners, adoptable: isActive, ...options })
    found.owned = owned
    const reconcile = async ({ name }: { name: string }) => {
      passes.push(name)
      return settled
    }
    return createReconcileLoop({ name: 'test', log: context.log, clock: context.clock, triggers: [owned.trigger], reconcile })
  }
  const at = (world = await startLoops((context) => [loop(context)], [set, ...objects]))
  return { at, owned: found.owned!, passes }
}
const named = (at: TestLoops, name: string): Pod | undefined => at.find(pods, { namespace: 'default', name })
const names = (found: readonly Pod[]): string[] => found.map(({ metadata }) => metadata.name ?? '').sort()

describe('the pods of an owner', () => {
  it('are those that name it; it takes what its selector means and lets go what it does not', async () => {
    const released: string[] = []
    const { at, owned } = await start(
      [
        pod('own', 'web', { ownerReferences: mine }),
        pod('strayed', 'other', { ownerReferences: mine }),
        pod('leaves', 'other', { ownerReferences: mine, ...held }),
        pod('free', 'web', { finalizers: ['example.com/a'] }),
        pod('dying', 'web', held),
        pod('foreign', 'other')
      ],
      { finalizers: ['example.com/tracked'], beforeRelease: async ({ metadata }) => void released.push(metadata.name ?? '') }
    )
    expect(names(owned.of(set))).toEqual(['leaves', 'own', 'strayed'])
    expect(names(owned.selected(set))).toEqual(['own'])
    expect(names(owned.free('default'))).toEqual(['dying', 'foreign', 'free'])
    await owned.claim(set)
    expect(released).toEqual(['strayed'])
    expect(named(at, 'free')?.metadata).toMatchObject({ ownerReferences: mine, finalizers: ['example.com/a', 'example.com/tracked'] })
    expect(controllerOf(named(at, 'strayed')!)).toBeUndefined()
    for (const name of ['dying', 'foreign']) expect(named(at, name)?.metadata.ownerReferences).toBeUndefined()
    expect(controllerOf(named(at, 'leaves')!)?.uid).toBe('set')
  })

  it('stay as they are when it is on its way out', async () => {
    const { at, owned } = await start([pod('free', 'web'), pod('strayed', 'other', { ownerReferences: mine })])
    await owned.claim({ ...set, metadata: { ...set.metadata, deletionTimestamp: '2030-01-01T00:00:00Z' } })
    expect(named(at, 'free')?.metadata.ownerReferences).toBeUndefined()
    expect(controllerOf(named(at, 'strayed')!)?.uid).toBe('set')
  })

  it('bring a pass for it, free ones for those that may want them', async () => {
    const busy: ReplicaSet = { ...set, metadata: { ...set.metadata, name: 'busy', uid: 'busy' } }
    const { at, passes } = await start([pod('own', 'other', { ownerReferences: mine })], {
      seeks: ({ metadata }) => metadata.name !== 'busy'
    })
    await at.until(() => passes.length === 1)
    at.put(busy)
    at.put(pod('foreign', 'other'))
    at.put(pod('free', 'web'))
    await at.until(() => passes.length === 2)
    await at.clock.advance(10)
    expect(passes).toEqual(['web', 'web'])
  })

  it('are created and deleted although one of them fails, and are waited for', async () => {
    const { at, owned } = await start([pod('old', 'web', { ownerReferences: mine, finalizers: ['example.com/held'] })])
    const key = { namespace: 'default', name: 'web' }
    const { uid: _uid, ...metadata } = pod('new', 'web', { ownerReferences: mine }).metadata
    const wanted = { ...pod('new', 'web'), metadata }
    at.fail({ verb: 'create', resource: pods, times: 1, error: 'Forbidden' })
    const old = named(at, 'old')!
    expect(await owned.change(set, [wanted], [old])).toBeInstanceOf(Error)
    expect(named(at, 'old')?.metadata.deletionTimestamp).toBeDefined()
    await at.until(() => owned.waitsUntil(key) === undefined)
    const pass = owned.change(set, [wanted], [])
    expect(await pass).toBeUndefined()
    await at.until(() => owned.of(set).some(({ metadata: { name } }) => name === 'new') && owned.waitsUntil(key) === undefined)
    owned.writer.expectations.created('default/web', 'never', at.clock.now())
    expect(owned.waitsUntil(key)).toBe(at.clock.now() + 30_000)
    owned.forget(key)
    expect(owned.waitsUntil(key)).toBeUndefined()
  })
})

describe('the next pass', () => {
  it.each([
    [[], { kind: 'settled' }],
    [[undefined, undefined], { kind: 'settled' }],
    [[undefined, 1_500, 1_200], { kind: 'again', afterMs: 200 }],
    [[900], { kind: 'again', afterMs: 1 }]
  ])('with %j due at second one is %j', (times, outcome) => expect(againAt(1_000, ...times)).toEqual(outcome))
})
