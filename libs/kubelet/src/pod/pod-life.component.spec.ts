import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { pods } from '@knative-ts/api/kubernetes'
import { eventually } from '@knative-ts/testing'
import { agentUnderTest, type AgentUnderTest, isReady } from '../testing/agent-under-test.ts'
import { networkModes } from '../testing/network-modes.ts'
import { helloServer, shell, shellImage } from '../testing/programs.ts'

const key = (name: string) => ({ namespace: 'default', name })

describe.each(networkModes)('the life of a pod (%s)', (mode) => {
  let agent: AgentUnderTest

  beforeAll(async () => {
    agent = await agentUnderTest(mode)
    agent.image('hello', { 'server.mjs': helloServer, 'package.json': '{"main": "server.mjs"}' })
    agent.image('shell', shellImage)
    agent.image('broken', { 'package.json': '{}' })
  })
  afterAll(() => agent.stop())

  const status = (name: string) => agent.pod(name)?.status?.containerStatuses?.[0]

  it('restarts what crashes, with its last words, and backs off', async () => {
    await agent.run('crash', {
      containers: [{ ...shell('a', 'echo cannot open the oven >&2; exit 3'), terminationMessagePolicy: 'FallbackToLogsOnError' }]
    })
    const pod = await agent.when(
      'crash',
      'a crash loop',
      (each) => each.status?.containerStatuses?.[0]?.state?.waiting?.reason === 'CrashLoopBackOff'
    )
    const { uid } = pod.metadata
    expect(pod.status?.phase).toBe('Running')
    expect(pod.status?.containerStatuses?.[0]).toMatchObject({
      ready: false,
      state: {
        waiting: {
          message: expect.stringMatching(new RegExp(`^back-off \\d+ms restarting failed container=a pod=crash_default\\(${uid}\\)$`))
        }
      },
      lastState: { terminated: { exitCode: 3, reason: 'Error', message: 'cannot open the oven\n' } }
    })
    await agent.when('crash', 'three restarts', (each) => (each.status?.containerStatuses?.[0]?.restartCount ?? 0) >= 3)
    await eventually(() =>
      agent.events('BackOff').some((message) => message.startsWith('Back-off restarting failed container a in pod crash_default('))
    )
  })

  it('runs init containers in order before the others', async () => {
    const mark = `${agent.directory}/order-${mode}`
    await agent.run('init', {
      initContainers: [shell('one', `echo one >> ${mark}`), shell('two', `echo two >> ${mark}`)],
      containers: [shell('main', `echo main >> ${mark}; cat ${mark}; sleep 100`)]
    })
    const pod = await agent.when('init', 'readiness', isReady)
    expect(pod.status?.initContainerStatuses).toMatchObject([
      { state: { terminated: { exitCode: 0, reason: 'Completed' } } },
      { state: { terminated: { exitCode: 0 } } }
    ])
    const text = await eventually(async () => {
      const chunks: Uint8Array[] = []
      for await (const chunk of agent.kubelet.podStreams.logs('default', 'init', 'main', {})) chunks.push(chunk)
      return chunks.length > 0 ? Buffer.concat(chunks).toString() : undefined
    })
    expect(text).toBe('one\ntwo\nmain\n')
  })

  it('does not start while an init container fails', async () => {
    await agent.run('bad-init', { initContainers: [shell('migrate', 'exit 7')], containers: [shell('main', 'sleep 100')] })
    const pod = await agent.when(
      'bad-init',
      'a failing init container',
      (each) => (each.status?.initContainerStatuses?.[0]?.restartCount ?? 0) > 0
    )
    expect(pod.status?.phase).toBe('Pending')
    expect(pod.status?.containerStatuses?.[0]?.state).toEqual({ waiting: { reason: 'PodInitializing' } })
    expect(pod.status?.conditions).toContainEqual(
      expect.objectContaining({
        type: 'Initialized',
        status: 'False',
        reason: 'ContainersNotInitialized',
        message: 'containers with incomplete status: [migrate]'
      })
    )
  })

  it.each([
    ['Never', 'exit 0', 'Succeeded'],
    ['Never', 'exit 4', 'Failed'],
    ['OnFailure', 'exit 0', 'Succeeded']
  ])('ends with restartPolicy %s after %s as %s', async (restartPolicy, script, phase) => {
    const name = `end-${restartPolicy.toLowerCase()}-${phase.toLowerCase()}`
    await agent.run(name, { restartPolicy, containers: [shell('a', script)] })
    expect((await agent.when(name, 'the end', (each) => each.status?.phase === phase)).status?.containerStatuses?.[0]?.restartCount).toBe(0)
  })

  it.each([
    ['no-image', 'dev.local/absent', 'ErrImagePull', /put one there/],
    [
      'foreign',
      '127.0.0.1:1/team/nginx:1.27',
      'ImagePullBackOff',
      mode === 'netns'
        ? /^Back-off pulling image "127.0.0.1:1\/team\/nginx:1\.27": ErrImagePull: failed to pull image .*: the registry cannot be reached.*ECONNREFUSED/
        : /^Back-off .*: not found: put a package directory "nginx" under .*; or images with a root filesystem need network namespaces/
    ],
    ['empty', 'dev.local/broken', 'ImagePullBackOff', /names nothing to run/],
    ['digest', `dev.local/hello@sha256:${'0'.repeat(64)}`, 'ErrImagePull', /has digest sha256:/]
  ])('says what is wrong with an image: %s', async (name, image, reason, message) => {
    await agent.run(name, { containers: [{ name: 'a', image }] })
    const pod = await agent.when(name, reason, (each) => each.status?.containerStatuses?.[0]?.state?.waiting?.reason === reason)
    expect(pod.status?.containerStatuses?.[0]?.state?.waiting?.message).toMatch(message)
    expect(pod.status?.phase).toBe('Pending')
  })

  it('says that a program does not exist', async () => {
    await agent.run('no-program', { containers: [{ name: 'a', image: 'dev.local/shell', command: ['/no/such/program'] }] })
    await agent.when('no-program', 'a restart', (each) => (each.status?.containerStatuses?.[0]?.restartCount ?? 0) > 0)
    expect(status('no-program')?.lastState?.terminated).toMatchObject({
      reason: 'StartError',
      exitCode: 128,
      message:
        'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "/no/such/program": stat /no/such/program: no such file or directory: unknown'
    })
  })

  it('stays unready while the port never opens', async () => {
    await agent.run('deaf', {
      containers: [{ ...shell('a', 'sleep 100'), readinessProbe: { tcpSocket: { port: 9999 }, periodSeconds: 1 } }]
    })
    await eventually(() =>
      agent
        .events('Unhealthy')
        .find((message) => /^Readiness probe failed: dial tcp [\d.]+:9999: connect: connection refused$/.test(message))
    )
    expect(agent.pod('deaf')?.status).toMatchObject({ phase: 'Running', containerStatuses: [{ ready: false, started: true }] })
  })

  it('kills what fails its liveness probe, and starts it again', async () => {
    await agent.run('ill', {
      terminationGracePeriodSeconds: 1,
      containers: [{ ...shell('a', 'sleep 100'), livenessProbe: { exec: { command: ['false'] }, periodSeconds: 1, failureThreshold: 1 } }]
    })
    await agent.when('ill', 'a restart', (each) => (each.status?.containerStatuses?.[0]?.restartCount ?? 0) > 0)
    expect(status('ill')?.lastState?.terminated).toMatchObject({ exitCode: 143, reason: 'Error' })
    await eventually(() => agent.events('Killing').includes('Container a failed liveness probe, will be restarted'))
  })

  it('holds readiness and liveness back until the startup probe has passed', async () => {
    const file = `${agent.directory}/up-${mode}`
    await agent.run('slow', {
      containers: [{ ...shell('a', `sleep 0.3; touch ${file}; sleep 100`), startupProbe: { exec: { command: ['test', '-e', file] } } }]
    })
    const starting = await agent.when('slow', 'running', (each) => each.status?.containerStatuses?.[0]?.state?.running !== undefined)
    expect(starting.status?.containerStatuses?.[0]).toMatchObject({ started: false, ready: false })
    await agent.when('slow', 'readiness', isReady)
  })

  it('ends by preStop, then SIGTERM to the whole group, and removes the object', async () => {
    const file = `${agent.directory}/ended-${mode}`
    await agent.run('orderly', {
      terminationGracePeriodSeconds: 5,
      containers: [
        {
          ...shell('a', `trap 'echo term >> ${file}; exit 0' TERM; touch ${file}; while :; do sleep 0.01; done`),
          readinessProbe: { exec: { command: ['test', '-e', file] } },
          lifecycle: { preStop: { exec: { command: ['sh', '-c', `echo pre-stop >> ${file}`] } } }
        }
      ]
    })
    await agent.when('orderly', 'readiness', isReady)
    await agent.cluster.client.delete(pods, key('orderly'))
    await eventually(() => agent.pod('orderly') === undefined)
    const { readFileSync } = await import('node:fs')
    expect(readFileSync(file, 'utf8')).toBe('pre-stop\nterm\n')
  })

  it('kills what ignores SIGTERM when the grace is over', async () => {
    const file = `${agent.directory}/stubborn-${mode}`
    await agent.run('stubborn', {
      terminationGracePeriodSeconds: 1,
      containers: [
        {
          ...shell('a', `trap '' TERM; touch ${file}; while :; do sleep 0.01; done`),
          readinessProbe: { exec: { command: ['test', '-e', file] } }
        }
      ]
    })
    await agent.when('stubborn', 'readiness', isReady)
    const began = performance.now()
    await agent.cluster.client.delete(pods, key('stubborn'), { gracePeriodSeconds: 1 })
    await eventually(() => agent.pod('stubborn') === undefined)
    expect(performance.now() - began).toBeGreaterThan(900)
  })

  it('refuses a pod that does not fit, in the words of a scheduler', async () => {
    await agent.run('gpu', { nodeSelector: { gpu: 'yes' }, containers: [shell('a', 'exit 0')] })
    const pod = await agent.when('gpu', 'a verdict', (each) => each.status?.conditions !== undefined)
    expect(pod.status?.conditions).toMatchObject([
      {
        type: 'PodScheduled',
        status: 'False',
        reason: 'Unschedulable',
        message: expect.stringMatching(/^0\/1 nodes are available: 1 node\(s\) didn't match Pod's node affinity\/selector\./)
      }
    ])
  })
})
