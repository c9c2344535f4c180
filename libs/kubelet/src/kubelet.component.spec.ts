import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { pods } from '@knative-ts/api/kubernetes'
import { eventually } from '@knative-ts/testing'
import { connect } from 'node:net'
import { agentUnderTest, type AgentUnderTest, isReady } from './testing/agent-under-test.ts'
import { networkModes } from './testing/network-modes.ts'
import { helloServer } from './testing/programs.ts'

/** True when a connection is taken within 200 ms. */
function answers(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port, timeout: 200 })
  return new Promise((resolve) => {
    const end = (taken: boolean) => (): void => {
      socket.destroy()
      resolve(taken)
    }
    socket.once('connect', end(true)).once('error', end(false)).once('timeout', end(false))
  })
}

describe.each(networkModes)('a pod (%s)', (mode) => {
  let agent: AgentUnderTest

  beforeAll(async () => {
    agent = await agentUnderTest(mode)
    agent.image('hello', { 'server.mjs': helloServer, 'package.json': '{"main": "server.mjs"}' })
  })
  afterAll(() => agent.stop())

  it('runs, becomes ready, answers at its address, and goes', async () => {
    await agent.run('web', {
      containers: [
        { name: 'a', image: 'dev.local/hello', readinessProbe: { httpGet: { port: 8080 } } },
        { name: 'b', image: 'dev.local/hello', env: [{ name: 'PORT', value: '8081' }], readinessProbe: { tcpSocket: { port: 8081 } } }
      ]
    })
    const pod = await agent.when('web', 'readiness', isReady)
    expect(pod.status).toMatchObject({ phase: 'Running', hostIP: agent.kubelet.network.hostAddress })
    expect(pod.status?.containerStatuses).toMatchObject([
      { name: 'a', ready: true, started: true, restartCount: 0, imageID: expect.stringMatching(/^dev\.local\/hello@sha256:[0-9a-f]{64}$/) },
      { name: 'b', ready: true, state: { running: {} } }
    ])
    const answer = await fetch(`http://${pod.status?.podIP}:8080/`, { headers: { connection: 'close' } })
    expect(await answer.text()).toBe('hello')
    await agent.cluster.client.delete(pods, { namespace: 'default', name: 'web' })
    await eventually(() => agent.pod('web') === undefined)
    expect(await answers(pod.status?.podIP as string, 8080)).toBe(false)
  })

  it('runs its pods again after a restart of the agent, but not those that were to run once', async () => {
    await agent.run('again', { containers: [{ name: 'a', image: 'dev.local/hello', readinessProbe: { httpGet: { port: 8080 } } }] })
    await agent.run('once', { restartPolicy: 'Never', containers: [{ name: 'a', image: 'dev.local/hello' }] })
    await agent.when('again', 'readiness', isReady)
    await agent.when('once', 'readiness', isReady)
    await agent.kubelet.stop(500)
    agent = await agentUnderTest(mode, { on: agent })
    const again = await agent.when('again', 'a restart', (pod) => isReady(pod) && pod.status?.containerStatuses?.[0]?.restartCount === 1)
    expect(again.status?.containerStatuses?.[0]?.lastState?.terminated).toMatchObject({ exitCode: 137, reason: 'ContainerStatusUnknown' })
    const once = await agent.when('once', 'the end', (pod) => pod.status?.phase === 'Failed')
    expect(once.status?.containerStatuses).toMatchObject([{ restartCount: 0, state: { terminated: { exitCode: 137 } }, lastState: {} }])
  })
})
