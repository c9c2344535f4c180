import { afterEach, describe, expect, it } from '@jest/globals'
import { events, nodes, pods, type Node, type Pod, type Taint, type Toleration } from '@knative-ts/api/kubernetes'
import { startLoops, type TestLoops } from '../start-loops.fixture.ts'
import { patienceOf } from './taint-eviction.plan.ts'
import { taintEvictionLoop } from './taint-eviction.reconciler.ts'

let world: TestLoops | undefined
afterEach(async () => {
  await world?.stop()
  world = undefined
})

const taint: Taint = { key: 'maintenance', value: 'now', effect: 'NoExecute' }
const node: Node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'here' } }
const pod = (name: string, ...tolerations: Toleration[]): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default', finalizers: ['example.com/held'] },
  spec: { nodeName: 'here', containers: [{ name: 'main' }], tolerations },
  status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] }
})
const start = async (...objects: Pod[]): Promise<TestLoops> =>
  (world = await startLoops((context) => [taintEvictionLoop(context)], [node, ...objects]))
const setTaints = (at: TestLoops, ...taints: Taint[]) =>
  at.client.patch(nodes, { namespace: '', name: 'here' }, { type: 'merge', body: { spec: { taints } } })
const leaving = (at: TestLoops): string[] =>
  at.pods().flatMap(({ metadata }) => (metadata.deletionTimestamp === undefined ? [] : [metadata.name ?? '']))
const told = (at: TestLoops): string[] => at.all(events).map(({ message = '' }) => message)

describe('a NoExecute taint', () => {
  it('drives off the pods that do not bear it', async () => {
    const at = await start(pod('not'), pod('bears', { key: 'maintenance', operator: 'Exists' }))
    await at.client.create(pods, { ...pod('elsewhere'), spec: { nodeName: 'there', containers: [] } })
    await setTaints(at, taint, { key: 'other', effect: 'NoSchedule' })
    await at.until(() => leaving(at).length === 1)
    expect(leaving(at)).toEqual(['not'])
    expect(at.find(pods, { namespace: 'default', name: 'not' })?.status?.conditions).toMatchObject([
      { type: 'Ready' },
      { type: 'DisruptionTarget', reason: 'DeletionByTaintManager', message: 'Taint manager: deleting due to NoExecute taint' }
    ])
    await at.until(() => told(at).length > 0)
    expect(told(at)).toEqual(['Marking for deletion Pod default/not'])
  })

  it('drives off a pod that comes later', async () => {
    const at = await start()
    await setTaints(at, taint)
    await at.client.create(pods, pod('late'))
    await at.until(() => leaving(at).length > 0)
    expect(leaving(at)).toEqual(['late'])
  })

  it('is borne for as long as the toleration says', async () => {
    const at = await start(pod('a', { key: 'maintenance', operator: 'Exists', tolerationSeconds: 60 }))
    await setTaints(at, taint)
    await at.clock.advance(59_000)
    expect(leaving(at)).toEqual([])
    await setTaints(at, taint, { key: 'maintenance', effect: 'NoExecute' })
    await at.clock.advance(1_500)
    await at.until(() => leaving(at).length === 1)
  })

  it('that goes in time drives nobody off', async () => {
    const at = await start(pod('a', { key: 'maintenance', operator: 'Exists', tolerationSeconds: 60 }))
    await setTaints(at, taint)
    await at.clock.advance(30_000)
    await setTaints(at)
    await at.until(() => told(at).includes('Cancelling deletion of Pod default/a'))
    await at.clock.advance(60_000)
    expect(leaving(at)).toEqual([])
  })
})

describe('patience with two taints', () => {
  const other: Taint = { key: 'other', effect: 'NoExecute' }
  it.each<[Toleration[], number]>([
    [[], 0],
    [[{ key: 'other', operator: 'Exists' }], 0],
    [[{ operator: 'Exists' }], Infinity],
    [[{ operator: 'Exists', tolerationSeconds: 5 }], 5_000],
    [
      [
        { key: 'other', operator: 'Exists', tolerationSeconds: 3 },
        { operator: 'Exists', tolerationSeconds: 5 }
      ],
      3_000
    ],
    [[{ operator: 'Exists' }, { key: 'other', operator: 'Exists', tolerationSeconds: 3 }], Infinity],
    [[{ operator: 'Exists', tolerationSeconds: -1 }], 0]
  ])('of %j is %s ms', (tolerations, expected) => expect(patienceOf(pod('p', ...tolerations), [taint, other])).toBe(expected))
})
