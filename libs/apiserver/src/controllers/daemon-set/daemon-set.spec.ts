import { afterEach, describe, expect, it } from '@jest/globals'
import { daemonSets, events, nodes, pods, type DaemonSet, type DaemonSetSpec, type Node } from '@knative-ts/api/kubernetes'
import { readyPod } from '@knative-ts/testing'
import { startLoops, type TestLoops } from '../start-loops.fixture.ts'
import { daemonSetLoop } from './daemon-set.reconciler.ts'
import { fitOf } from './node-fit.ts'

let world: TestLoops | undefined
afterEach(async () => {
  await world?.stop()
  world = undefined
})

const key = { namespace: 'default', name: 'agent' }
const node = (name: string, labels: Record<string, string> = {}, spec: Node['spec'] = {}): Node => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels },
  spec
})
const image = (name: string) => ({ metadata: { labels: { app: 'agent' } }, spec: { containers: [{ name: 'main', image: name }] } })
const daemonSet = (spec: Partial<DaemonSetSpec> = {}): DaemonSet => ({
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name: 'agent', namespace: 'default' },
  spec: { selector: { matchLabels: { app: 'agent' } }, template: image('one'), ...spec }
})
async function run(spec: Partial<DaemonSetSpec> = {}, ...present: Node[]): Promise<TestLoops> {
  world = await startLoops((context) => [daemonSetLoop(context)], present.length === 0 ? [node('here')] : present)
  await world.client.create(daemonSets, daemonSet(spec))
  return world
}
const status = (at: TestLoops) => at.find(daemonSets, key)?.status
const images = (at: TestLoops) => at.pods().map(({ spec }) => spec?.containers[0]?.image)
const makeReady = (at: TestLoops): void => at.pods().forEach((pod) => at.report(pod, readyPod().status!))

describe('a DaemonSet', () => {
  it('has a pod on its node, pinned to it', async () => {
    const at = await run()
    await at.until(() => at.pods().length === 1)
    expect(at.pods()[0]?.spec).toMatchObject({
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['here'] }] }]
          }
        }
      },
      tolerations: expect.arrayContaining([{ key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' }])
    })
    makeReady(at)
    await at.until(() => status(at)?.numberAvailable === 1)
    expect(status(at)).toEqual({
      currentNumberScheduled: 1,
      desiredNumberScheduled: 1,
      numberAvailable: 1,
      numberMisscheduled: 0,
      numberReady: 1,
      observedGeneration: 1,
      updatedNumberScheduled: 1
    })
  })

  it('follows the nodes', async () => {
    const at = await run({ template: { ...image('one'), spec: { ...image('one').spec, nodeSelector: { disk: 'ssd' } } } })
    await at.until(() => status(at)?.desiredNumberScheduled === 0)
    expect(at.pods()).toEqual([])
    at.put(node('here', { disk: 'ssd' }))
    await at.until(() => at.pods().length === 1)
    await at.client.delete(nodes, { namespace: '', name: 'here' })
    expect(await at.until(() => at.pods().length === 0)).toBe(true)
  })

  it('replaces its pod when the template changes, one node at a time', async () => {
    const at = await run({}, node('a'), node('b'))
    await at.until(() => at.pods().length === 2)
    makeReady(at)
    await at.until(() => status(at)?.numberAvailable === 2)
    await at.client.patch(daemonSets, key, { type: 'merge', body: { spec: { template: image('two') } } })
    await at.until(() => images(at).sort().join() === 'one,two')
    await at.clock.advance(60_000)
    expect(images(at).sort()).toEqual(['one', 'two'])
    makeReady(at)
    await at.until(() => images(at).join() === 'two,two')
    makeReady(at)
    await at.until(() => status(at)?.updatedNumberScheduled === 2 && status(at)?.numberAvailable === 2)
  })

  it('with OnDelete waits until somebody deletes a pod, and replaces one that ended', async () => {
    const at = await run({ updateStrategy: { type: 'OnDelete' } })
    await at.until(() => at.pods().length === 1)
    await at.client.patch(daemonSets, key, { type: 'merge', body: { spec: { template: image('two') } } })
    await at.clock.advance(60_000)
    expect(images(at)).toEqual(['one'])
    at.report(at.pods()[0]!, { phase: 'Failed' })
    await at.until(() => images(at).join() === 'two')
    const { name = '' } = at.pods()[0]!.metadata
    await at.client.delete(pods, { namespace: 'default', name })
    await at.until(() => at.pods().length === 1 && at.pods()[0]?.metadata.name !== name)
  })
})

describe('the fit of a node', () => {
  const tainted = (effect: string) => node('here', {}, { taints: [{ key: 'mine', value: 'yes', effect }] })
  const containers = [{ name: 'c', image: 'i' }]
  const toleration = { key: 'mine', operator: 'Equal', value: 'yes' }
  it.each([
    ['a NoSchedule taint', tainted('NoSchedule'), {}, { shouldRun: false, mayStay: true }],
    ['a NoExecute taint', tainted('NoExecute'), {}, { shouldRun: false, mayStay: false }],
    ['a taint that is tolerated', tainted('NoExecute'), { tolerations: [toleration] }, { shouldRun: true, mayStay: true }],
    ['another node name', node('here'), { nodeName: 'there' }, { shouldRun: false, mayStay: false }]
  ])('with %s', (_what, place, more, fit) => {
    expect(fitOf({ containers, ...more }, place)).toEqual(fit)
  })

  it('updates with surge: the old pod goes when the new one serves', async () => {
    const at = await run({ updateStrategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } })
    await at.until(() => at.pods().length === 1)
    makeReady(at)
    await at.until(() => status(at)?.numberAvailable === 1)
    await at.client.patch(daemonSets, key, { type: 'merge', body: { spec: { template: image('two') } } })
    await at.until(() => at.pods().length === 2)
    await at.clock.advance(1000)
    expect(images(at).sort()).toEqual(['one', 'two'])
    makeReady(at)
    await at.until(() => at.pods().length === 1)
    expect(images(at)).toEqual(['two'])
  })

  it('replaces a pod that failed, and says so', async () => {
    const at = await run()
    await at.until(() => at.pods().length === 1)
    const [first] = at.pods()
    at.report(first!, { phase: 'Failed' })
    await at.until(() => at.pods()[0]?.metadata.uid !== first!.metadata.uid && at.pods().length === 1)
    const told = () => at.all(events).find(({ reason }) => reason === 'FailedDaemonPod')?.message
    expect(await at.until(told)).toBe(`Found failed daemon pod default/${first!.metadata.name} on node here, will try to kill it`)
  })

  it('waits longer each time a pod of a node fails, and not with a new template', async () => {
    const at = await run()
    const fails = async (): Promise<string> => {
      const pod = await at.until(() => at.pods().find(({ status: now }) => now?.phase !== 'Failed'))
      await at.until(() => status(at)?.observedGeneration === at.find(daemonSets, key)?.metadata.generation)
      at.report(pod, { phase: 'Failed' })
      return pod.metadata.uid ?? ''
    }
    const isThere = (uid: string): boolean => at.pods().some(({ metadata }) => metadata.uid === uid)
    const first = await fails()
    await at.until(() => !isThere(first))
    const second = await fails()
    await at.clock.advance(500)
    expect(isThere(second)).toBe(true)
    await at.clock.advance(600)
    await at.until(() => !isThere(second))
    const third = await fails()
    await at.clock.advance(1_500)
    expect(isThere(third)).toBe(true)
    await at.client.patch(daemonSets, key, { type: 'merge', body: { spec: { template: image('two') } } })
    await at.until(() => !isThere(third))
    await at.until(() => images(at).join() === 'two')
  })
})
