import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { KubeObject } from '@knative-ts/api'
import type * as k8s from '@knative-ts/api/kubernetes'
import { events, nodes, pods } from '@knative-ts/api/kubernetes'
import { leases } from '@knative-ts/kube'
import { eventually, fakeCluster, keptLog } from '@knative-ts/testing'
import { agentUnderTest, type AgentUnderTest, isReady } from '../testing/agent-under-test.ts'
import { shell, shellImage } from '../testing/programs.ts'
import type { MachineRoom } from './machine.ts'
import { nodeConditionsOf } from './node-conditions.ts'
import { Registration } from './registration.ts'

const key = { namespace: '', name: 'here' }
const roomy: MachineRoom = { memoryBytes: 1e10, diskBytes: 1e11, diskTotalBytes: 2e11, inodes: 1e6, inodesTotal: 2e6, processes: 30_000 }

describe('the conditions of a node', () => {
  it.each<[string, Partial<MachineRoom>, string, string, string]>([
    ['little memory', { memoryBytes: 5e7 }, 'MemoryPressure', 'KubeletHasInsufficientMemory', 'kubelet has insufficient memory available'],
    ['little disk', { diskBytes: 1e8 }, 'DiskPressure', 'KubeletHasDiskPressure', 'kubelet has disk pressure'],
    ['few inodes', { inodes: 1_000 }, 'DiskPressure', 'KubeletHasDiskPressure', 'kubelet has disk pressure'],
    ['few processes', { processes: 10 }, 'PIDPressure', 'KubeletHasInsufficientPID', 'kubelet has insufficient PID available']
  ])('tell of %s', (_, room, type, reason, message) => {
    const conditions = nodeConditionsOf({ ...roomy, ...room }, [], 'now')
    expect(conditions.filter(({ status }) => status === 'True').map((each) => each.type)).toEqual([type, 'Ready'])
    expect(conditions.find((each) => each.type === type)).toMatchObject({ reason, message })
  })

  it('keep the time of their last change', () => {
    const before = nodeConditionsOf(roomy, [], 'then')
    const after = nodeConditionsOf({ ...roomy, memoryBytes: 1 }, before, 'now')
    expect(after.map(({ type, lastTransitionTime }) => [type, lastTransitionTime])).toEqual([
      ['MemoryPressure', 'now'],
      ['DiskPressure', 'then'],
      ['PIDPressure', 'then'],
      ['Ready', 'then']
    ])
  })
})

describe('the registration of a node', () => {
  let stopping: AbortController
  beforeEach(() => {
    stopping = new AbortController()
  })
  afterEach(() => stopping.abort())

  it('writes the Node, a Lease that belongs to it, and taints while there is pressure', async () => {
    const cluster = fakeCluster({ now: () => Date.now() })
    let room = roomy
    const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'here' }, spec: {}, status: { capacity: { cpu: '2' } } }
    const registration = new Registration({ client: cluster.client, node, directory: '/', log: keptLog(), room: () => room })
    await registration.start(stopping.signal)
    const written = (): k8s.Node => cluster.find(nodes, '/here') as k8s.Node
    expect(written().status).toMatchObject({ capacity: { cpu: '2' }, conditions: [{}, {}, {}, { type: 'Ready', status: 'True' }] })
    const lease = await eventually(() => cluster.find(leases, 'kube-node-lease/here'))
    expect(lease.metadata.ownerReferences).toEqual([{ apiVersion: 'v1', kind: 'Node', name: 'here', uid: written().metadata.uid }])
    const own = { key: 'mine', effect: 'NoSchedule' }
    await cluster.client.patch(nodes, key, { type: 'merge', body: { spec: { taints: [own] } } })
    room = { ...roomy, memoryBytes: 1 }
    await registration.report()
    expect(written().spec?.taints).toEqual([own, { key: 'node.kubernetes.io/memory-pressure', effect: 'NoSchedule' }])
    room = roomy
    await registration.report()
    expect(written().spec?.taints).toEqual([own])
    await registration.leave()
    expect(written().status?.conditions?.at(-1)).toMatchObject({
      status: 'False',
      reason: 'KubeletNotReady',
      message: 'node is shutting down'
    })
  })
})

describe('a node that is cordoned, and one that goes', () => {
  let agent: AgentUnderTest
  beforeAll(async () => {
    agent = await agentUnderTest('loopback')
    agent.image('shell', shellImage)
  })
  afterAll(() => agent.stop())

  const schedulerEvents = (reason: string): KubeObject[] => agent.cluster.all(events).filter((event) => event.reason === reason)

  it('gets no pods but those that tolerate it, until it is uncordoned', async () => {
    await agent.cluster.client.patch(nodes, key, { type: 'merge', body: { spec: { unschedulable: true } } })
    await agent.run('waiting', { containers: [shell('a', 'sleep 100')] })
    await agent.run('anyway', { containers: [shell('a', 'sleep 100')], tolerations: [{ operator: 'Exists' }] })
    await agent.when('anyway', 'readiness', isReady)
    const pod = await agent.when('waiting', 'a refusal', ({ status }) => status?.conditions?.[0]?.reason === 'Unschedulable')
    expect(pod.status?.conditions?.[0]?.message).toBe(
      '0/1 nodes are available: 1 node(s) were unschedulable. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.'
    )
    await eventually(() => schedulerEvents('FailedScheduling').length > 0)
    expect(schedulerEvents('FailedScheduling')).toMatchObject([
      { reportingComponent: 'default-scheduler', action: 'Scheduling', eventTime: expect.stringMatching(/\.\d{6}Z$/), source: {} }
    ])
    await agent.cluster.client.patch(nodes, key, { type: 'merge', body: { spec: { unschedulable: null } } })
    await agent.when('waiting', 'readiness', isReady)
    await eventually(() => schedulerEvents('Scheduled').length === 2)
    expect(schedulerEvents('Scheduled')[0]).toMatchObject({ action: 'Binding', type: 'Normal' })
  })

  it('gets no pods that do not tolerate its taints', async () => {
    const taint = { key: 'dedicated', value: 'gpu', effect: 'NoSchedule' }
    await agent.cluster.client.patch(nodes, key, { type: 'merge', body: { spec: { taints: [taint] } } })
    await agent.run('plain', { containers: [shell('a', 'sleep 100')] })
    await agent.run('tolerant', { containers: [shell('a', 'sleep 100')], tolerations: [{ key: 'dedicated', value: 'gpu' }] })
    await agent.when('tolerant', 'readiness', isReady)
    const pod = await agent.when('plain', 'a refusal', ({ status }) => status?.conditions?.[0]?.reason === 'Unschedulable')
    expect(pod.status?.conditions?.[0]?.message).toContain('1 node(s) had untolerated taint(s).')
    await agent.cluster.client.delete(pods, { namespace: 'default', name: 'plain' }, { gracePeriodSeconds: 0 })
    await agent.cluster.client.patch(nodes, key, { type: 'merge', body: { spec: { taints: null } } })
  })

  it('ends its pods by priority when it shuts down, and leaves them failed', async () => {
    await agent.run('critical', { priority: 2_000_000_000, containers: [shell('a', 'sleep 100')] })
    await agent.run('stuck', {
      containers: [{ ...shell('a', 'sleep 100'), volumeMounts: [] }],
      volumes: [{ name: 'v', configMap: { name: 'never' } }]
    })
    await agent.when('critical', 'readiness', isReady)
    await eventually(() => agent.events('FailedMount').length > 0)
    const order: string[] = []
    const watching = setInterval(() => {
      for (const name of ['anyway', 'critical']) if (!order.includes(name) && agent.pod(name)?.status?.phase === 'Failed') order.push(name)
    }, 1)
    await agent.kubelet.shutDown(2_000)
    await eventually(() => order.length === 2)
    clearInterval(watching)
    expect(order).toEqual(['anyway', 'critical'])
    for (const name of ['anyway', 'stuck']) {
      expect(agent.pod(name)?.status).toMatchObject({
        phase: 'Failed',
        reason: 'Terminated',
        message: 'Pod was terminated in response to imminent node shutdown.'
      })
      expect(agent.pod(name)?.status?.conditions).toContainEqual(
        expect.objectContaining({ type: 'DisruptionTarget', status: 'True', reason: 'TerminationByKubelet' })
      )
    }
    expect((agent.cluster.find(nodes, '/here') as k8s.Node).status?.conditions?.at(-1)?.status).toBe('False')
  })
})
