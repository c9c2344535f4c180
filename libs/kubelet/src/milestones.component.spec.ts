import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { PodMilestone } from './milestones.ts'
import { agentUnderTest, type AgentUnderTest, isReady } from './testing/agent-under-test.ts'
import { networkModes } from './testing/network-modes.ts'
import { helloServer } from './testing/programs.ts'

describe.each(networkModes)('the milestones of a start (%s)', (mode) => {
  let agent: AgentUnderTest
  const seen: PodMilestone[] = []
  const note = (message: unknown): void => void seen.push(message as PodMilestone)

  beforeAll(async () => {
    agent = await agentUnderTest(mode)
    agent.image('hello', { 'main.mjs': helloServer })
    subscribe('knative.kubelet.pod', note)
  })
  afterAll(async () => {
    unsubscribe('knative.kubelet.pod', note)
    await agent.stop()
  })

  it('are published in order, and a pod of two containers is written few times', async () => {
    const container = (name: string, port: number) => ({
      name,
      image: 'dev.local/hello',
      env: [{ name: 'PORT', value: String(port) }],
      readinessProbe: { httpGet: { port } }
    })
    const began = performance.timeOrigin + performance.now()
    await agent.run('two', { containers: [container('a', 8080), container('b', 8081)] })
    await agent.when('two', 'readiness', isReady)
    expect(seen.map(({ milestone }) => milestone)).toEqual(['scheduled', 'sandbox', 'spawned', 'ready'])
    const times = seen.map(({ timeMs }) => timeMs - began)
    expect(times[0]).toBeGreaterThan(0)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    // Created, bound, and its status: waiting, one running, both, one ready, both.
    expect(agent.cluster.writes.filter(({ resource }) => resource.plural === 'pods').length).toBeLessThanOrEqual(7)
  })
})
