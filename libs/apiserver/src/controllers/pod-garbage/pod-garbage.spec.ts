import { afterEach, describe, expect, it } from '@jest/globals'
import { nodes, pods, type Node, type Pod } from '@knative-ts/api/kubernetes'
import { startLoops, type TestLoops } from '../start-loops.fixture.ts'
import { planGarbage } from './pod-garbage.plan.ts'
import { podGarbageLoop } from './pod-garbage.reconciler.ts'

let world: TestLoops | undefined
afterEach(async () => {
  await world?.stop()
  world = undefined
})

const second = 1000
const node = (name: string, more: Partial<Node> = {}): Node => ({ apiVersion: 'v1', kind: 'Node', metadata: { name }, ...more })
const pod = (name: string, nodeName: string, phase: string, metadata: Partial<Pod['metadata']> = {}, reason?: string): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default', ...metadata },
  spec: { containers: [{ name: 'main' }], ...(nodeName === '' ? {} : { nodeName }) },
  status: { phase, ...(reason === undefined ? {} : { reason }) }
})
const names = (at: TestLoops): string[] => at.pods().map(({ metadata }) => metadata.name ?? '')
const start = async (kept: number | undefined, ...objects: (Node | Pod)[]): Promise<TestLoops> =>
  (world = await startLoops((context) => [podGarbageLoop(context, kept)], objects))

describe('pods', () => {
  it('of a node that is gone for long have failed, and go', async () => {
    const held = { finalizers: ['example.com/held'], generation: 7 }
    const at = await start(
      undefined,
      node('here'),
      pod('here', 'here', 'Running'),
      pod('held', 'gone', 'Running', held),
      pod('new', '', 'Pending')
    )
    at.put(pod('ended', 'gone', 'Succeeded'))
    await at.clock.advance(39 * second)
    expect(names(at)).toEqual(expect.arrayContaining(['ended', 'held', 'here', 'new']))
    await at.clock.advance(21 * second)
    await at.until(() => !names(at).includes('ended'))
    expect(names(at).sort()).toEqual(['held', 'here', 'new'])
    const held1 = await at.until(() => at.pods().find(({ metadata, status }) => metadata.name === 'held' && status?.phase === 'Failed'))
    expect(held1.metadata.deletionTimestamp).toBeDefined()
    expect(held1.status).toMatchObject({ phase: 'Failed', observedGeneration: 7 })
    expect(held1.status?.conditions).toMatchObject([
      { type: 'DisruptionTarget', status: 'True', reason: 'DeletionByPodGC', message: 'PodGC: node no longer exists' }
    ])
  })

  it('stay when their node comes back in time, or only the cache misses it', async () => {
    const at = await start(undefined, pod('a', 'late', 'Running'))
    await at.clock.advance(30 * second)
    await at.client.create(nodes, node('late'))
    await at.clock.advance(60 * second)
    expect(names(at)).toEqual(['a'])
    await at.client.delete(nodes, { namespace: '', name: 'late' })
    await at.clock.advance(30 * second)
    expect(names(at)).toEqual(['a'])
    await at.clock.advance(60 * second)
    await at.until(() => names(at).length === 0)
  })

  it('that ended go when there are too many, evicted ones first and then the oldest', async () => {
    const at = await start(
      2,
      node('here'),
      pod('runs', 'here', 'Running'),
      pod('old', 'here', 'Succeeded', { creationTimestamp: '2029-01-01T00:00:00Z' }),
      pod('young', 'here', 'Failed', { creationTimestamp: '2029-01-03T00:00:00Z' }),
      pod('older', 'here', 'Failed', { creationTimestamp: '2028-01-01T00:00:00Z' }),
      pod('evicted', 'here', 'Failed', { creationTimestamp: '2029-01-02T00:00:00Z' }, 'Evicted')
    )
    await at.until(() => names(at).length === 3)
    expect(names(at).sort()).toEqual(['old', 'runs', 'young'])
  })

  it('do not stop the sweep when one of them cannot be deleted', async () => {
    const at = await start(0, node('here'), pod('a', 'here', 'Failed'), pod('b', 'here', 'Failed'))
    at.fail({ verb: 'delete', resource: pods, times: 1, error: 'InternalError' })
    await at.until(() => names(at).length === 1)
    await at.clock.advance(20 * second)
    await at.until(() => names(at).length === 0)
    expect(at.log.lines.map(({ message }) => message)).toEqual(['cannot delete a pod that nobody needs'])
  })
})

describe('garbage', () => {
  const leaving = { deletionTimestamp: '2030-01-01T00:00:00Z' }
  const ready = (status: string): Pick<Node, 'status'> => ({ status: { conditions: [{ type: 'Ready', status }] } })
  const taints = [{ key: 'node.kubernetes.io/out-of-service', effect: 'NoExecute' }]
  it.each<[string, Pod, Node, boolean]>([
    ['a pod that leaves and is on no node', pod('p', '', 'Pending', leaving), node('n'), true],
    ['a pod on no node', pod('p', '', 'Pending'), node('n'), false],
    [
      'a pod that leaves a node out of service',
      pod('p', 'n', 'Running', leaving),
      node('n', { spec: { taints }, ...ready('False') }),
      true
    ],
    ['a pod on a node out of service', pod('p', 'n', 'Running'), node('n', { spec: { taints }, ...ready('False') }), false],
    [
      'a pod that leaves a ready node with that taint',
      pod('p', 'n', 'Running', leaving),
      node('n', { spec: { taints }, ...ready('True') }),
      false
    ],
    ['a pod that leaves a node in trouble', pod('p', 'n', 'Running', leaving), node('n', ready('Unknown')), false]
  ])('%s', (_what, one, place, expected) => {
    expect(planGarbage([one], [place], new Set()).map(({ pod: found }) => found)).toEqual(expected ? [one] : [])
  })
})
