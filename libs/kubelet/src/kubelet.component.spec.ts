import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { agentUnderTest, type AgentUnderTest, isReady } from './testing/agent-under-test.ts'
import { networkModeRows } from './testing/netns-rows.ts'

const server = `import { createServer } from 'node:http'
createServer((request, response) => response.end(process.env.GREETING ?? 'hello')).listen(Number(process.env.PORT ?? 8080))
process.on('SIGTERM', () => process.exit(0))
`

describe.each(await networkModeRows())('a pod (%s)', (mode) => {
  let agent: AgentUnderTest

  beforeAll(async () => {
    agent = await agentUnderTest(mode)
    agent.image('hello', { 'server.mjs': server, 'package.json': '{"main": "server.mjs"}' })
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
    const answer = await fetch(`http://${pod.status?.podIP}:8080/`)
    expect(await answer.text()).toBe('hello')
    await agent.cluster.client.delete({ group: '', version: 'v1', plural: 'pods', kind: 'Pod', namespaced: true }, { namespace: 'default', name: 'web' })
    await expect(fetch(`http://${pod.status?.podIP}:8080/`).then(() => 'answered until gone').catch(() => 'gone')).resolves.toBeDefined()
  })
})
