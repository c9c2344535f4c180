import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { pods } from '@knative-ts/api/kubernetes'
import { eventually } from '@knative-ts/testing'
import { existsSync, readFileSync } from 'node:fs'
import { agentUnderTest, type AgentUnderTest, isReady } from '../testing/agent-under-test.ts'
import { networkModes } from '../testing/network-modes.ts'
import { shell, shellImage } from '../testing/programs.ts'

const key = (name: string) => ({ namespace: 'default', name })

describe.each(networkModes)('sidecars, ephemeral containers and failing pods (%s)', (mode) => {
  let agent: AgentUnderTest

  beforeAll(async () => {
    agent = await agentUnderTest(mode)
    agent.image('shell', shellImage)
  })
  afterAll(() => agent.stop())

  const fileOf = (name: string): string => `${agent.directory}/${name}-${mode}`
  const linesOf = (name: string): string[] => (existsSync(fileOf(name)) ? readFileSync(fileOf(name), 'utf8').trim().split('\n') : [])
  /** Notes its start and its end by SIGTERM. */
  const noting = (name: string, file: string): string =>
    `trap 'echo ${name} ends >> ${file}; exit 0' TERM; echo ${name} starts >> ${file}; while :; do sleep 0.02; done`
  const sidecar = (name: string, file: string) => ({ ...shell(name, noting(name, file)), restartPolicy: 'Always' })

  it('start sidecars in order, each after the startup probe of the one before, and end them last, in reverse', async () => {
    const file = fileOf('order')
    const gate = fileOf('gate')
    await agent.run('order', {
      terminationGracePeriodSeconds: 5,
      initContainers: [
        { ...sidecar('one', file), startupProbe: { exec: { command: ['test', '-e', gate] }, periodSeconds: 1, failureThreshold: 30 } },
        shell('between', `echo between >> ${file}`),
        { ...sidecar('two', file), lifecycle: { preStop: { exec: { command: ['sh', '-c', `echo two hears >> ${file}`] } } } }
      ],
      containers: [{ ...shell('main', noting('main', file)), readinessProbe: { exec: { command: ['grep', '-q', 'main starts', file] } } }]
    })
    await agent.when('order', 'a running sidecar', (pod) => pod.status?.initContainerStatuses?.[0]?.state?.running !== undefined)
    await eventually(() => linesOf('order').length === 1)
    expect(agent.pod('order')?.status).toMatchObject({ phase: 'Pending', initContainerStatuses: [{ started: false }, {}, {}] })
    const { writeFileSync } = await import('node:fs')
    writeFileSync(gate, '')
    await agent.when('order', 'readiness', isReady)
    expect(linesOf('order')).toEqual(['one starts', 'between', 'two starts', 'main starts'])
    await agent.cluster.client.delete(pods, key('order'))
    await eventually(() => agent.pod('order') === undefined)
    expect(
      linesOf('order')
        .slice(4)
        .filter((line) => line !== 'two hears')
    ).toEqual(['main ends', 'two ends', 'one ends'])
    expect(linesOf('order').indexOf('two hears')).toBeLessThan(linesOf('order').indexOf('two ends'))
  })

  it('end with their main containers: sidecars are stopped, and do not decide the phase', async () => {
    await agent.run('job', {
      restartPolicy: 'Never',
      initContainers: [{ ...shell('side', 'trap "exit 3" TERM; while :; do sleep 0.02; done'), restartPolicy: 'Always' }],
      containers: [shell('main', 'sleep 0.2')]
    })
    const pod = await agent.when(
      'job',
      'the end of the pod',
      ({ status }) => status?.phase === 'Succeeded' && status.initContainerStatuses?.[0]?.state?.terminated !== undefined
    )
    expect(pod.status?.initContainerStatuses).toMatchObject([{ ready: false, started: false, state: { terminated: { exitCode: 3 } } }])
    const over = await agent.when(
      'job',
      'the end of its namespaces',
      ({ status }) => status?.conditions?.[0]?.type === 'PodReadyToStartContainers' && status.conditions[0].status === 'False'
    )
    expect(over.status?.conditions).toContainEqual(expect.objectContaining({ type: 'Initialized', status: 'True', reason: 'PodCompleted' }))
    await eventually(() => agent.events('Killing').includes('Stopping container side'))
  })

  it('start a sidecar again that ended, without taking back what was initialized', async () => {
    const file = fileOf('again')
    await agent.run('again', {
      initContainers: [{ ...shell('side', `echo run >> ${file}; sleep 0.2; exit 0`), restartPolicy: 'Always' }],
      containers: [shell('main', 'sleep 100')]
    })
    const pod = await agent.when(
      'again',
      'a restart of the sidecar',
      ({ status }) =>
        (status?.initContainerStatuses?.[0]?.restartCount ?? 0) > 1 && status?.containerStatuses?.[0]?.state?.running !== undefined
    )
    expect(pod.status?.phase).toBe('Running')
    expect(pod.status?.conditions).toContainEqual(expect.objectContaining({ type: 'Initialized', status: 'True' }))
    expect(pod.status?.containerStatuses?.[0]?.restartCount).toBe(0)
    expect(linesOf('again').length).toBeGreaterThan(1)
  })

  it('fail with the init container that may not run again, and end the sidecars before it', async () => {
    await agent.run('bad', {
      restartPolicy: 'Never',
      initContainers: [{ ...shell('side', 'while :; do sleep 0.02; done'), restartPolicy: 'Always' }, shell('init', 'exit 5')],
      containers: [shell('main', 'sleep 100')]
    })
    const pod = await agent.when(
      'bad',
      'failure',
      ({ status }) => status?.phase === 'Failed' && status.initContainerStatuses?.[0]?.state?.terminated !== undefined
    )
    expect(pod.status?.containerStatuses?.[0]?.state).toEqual({ waiting: { reason: 'PodInitializing' } })
    expect(pod.status?.conditions).toContainEqual(
      expect.objectContaining({ type: 'Initialized', status: 'False', message: 'containers with incomplete status: [side init]' })
    )
  })

  it('run ephemeral containers beside the others, once, and tell of them', async () => {
    await agent.run('debugged', { containers: [shell('main', 'sleep 100')] })
    await agent.when('debugged', 'readiness', isReady)
    const added = { ...shell('debugger', 'echo looking; exit 4'), targetContainerName: 'main' }
    await agent.cluster.client.patch(pods, key('debugged'), { type: 'merge', body: { spec: { ephemeralContainers: [added] } } })
    const pod = await agent.when(
      'debugged',
      'the end of the ephemeral container',
      ({ status }) => status?.ephemeralContainerStatuses?.[0]?.state?.terminated !== undefined
    )
    expect(pod.status).toMatchObject({
      phase: 'Running',
      ephemeralContainerStatuses: [
        { name: 'debugger', ready: false, restartCount: 0, state: { terminated: { exitCode: 4, reason: 'Error' } } }
      ]
    })
    expect(isReady(pod)).toBe(true)
    const said: Uint8Array[] = []
    for await (const chunk of agent.kubelet.podStreams.logs('default', 'debugged', 'debugger', {})) said.push(chunk)
    expect(Buffer.concat(said).toString()).toBe('looking\n')
  })

  it('fail at their deadline, in their init containers too', async () => {
    await agent.run('late', {
      activeDeadlineSeconds: 1,
      terminationGracePeriodSeconds: 1,
      initContainers: [shell('init', 'sleep 100')],
      containers: [shell('main', 'sleep 100')]
    })
    const pod = await agent.when('late', 'failure', ({ status }) => status?.phase === 'Failed')
    expect(pod.status).toMatchObject({
      reason: 'DeadlineExceeded',
      message: 'Pod was active on the node longer than the specified deadline',
      initContainerStatuses: [{ state: { terminated: { exitCode: 143 } } }]
    })
    await eventually(() => agent.events('DeadlineExceeded').length > 0)
  })

  it('say what a missing source is now and then, and start as soon as it is there', async () => {
    await agent.run('needs', {
      containers: [{ ...shell('main', 'sleep 100'), envFrom: [{ configMapRef: { name: `later-${mode}` } }] }]
    })
    const pod = await agent.when(
      'needs',
      'waiting',
      ({ status }) => status?.containerStatuses?.[0]?.state?.waiting?.reason === 'CreateContainerConfigError'
    )
    expect(pod.status?.containerStatuses?.[0]).toMatchObject({
      imageID: '',
      state: { waiting: { message: `configmap "later-${mode}" not found` } }
    })
    const configMaps = { group: '', version: 'v1', plural: 'configmaps', kind: 'ConfigMap', namespaced: true }
    await agent.cluster.client.create(configMaps, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { namespace: 'default', name: `later-${mode}` }
    })
    await agent.when('needs', 'readiness', isReady)
    // A back-off of 60 ms would have told of it many times.
    const told = await eventually(() => {
      const messages = agent.events('Failed').filter((message) => message === `Error: configmap "later-${mode}" not found`)
      return messages.length > 0 && agent.events('Started').length > 0 ? messages : undefined
    })
    expect(told).toHaveLength(1)
  })

  it('have no address while a volume is missing', async () => {
    await agent.run('mounting', {
      volumes: [{ name: 'v', configMap: { name: `volume-${mode}` } }],
      containers: [{ ...shell('main', 'sleep 100'), volumeMounts: [{ name: 'v', mountPath: `${agent.directory}/v` }] }]
    })
    await eventually(() => agent.events('FailedMount').some((message) => message.includes(`configmap "volume-${mode}" not found`)))
    expect(agent.pod('mounting')?.status?.podIP).toBeUndefined()
    expect(agent.pod('mounting')?.status?.conditions?.[0]).toMatchObject({ type: 'PodReadyToStartContainers', status: 'False' })
  })
})
