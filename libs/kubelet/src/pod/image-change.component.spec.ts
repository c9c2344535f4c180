import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { pods } from '@knative-ts/api/kubernetes'
import { eventually } from '@knative-ts/testing'
import { agentUnderTest, type AgentUnderTest, isReady } from '../testing/agent-under-test.ts'
import { shell, shellImage } from '../testing/programs.ts'

describe('a container whose image changes', () => {
  let agent: AgentUnderTest
  beforeAll(async () => {
    agent = await agentUnderTest('loopback')
    agent.image('shell', shellImage)
  })
  afterAll(() => agent.stop())

  const give = (name: string, image: string) =>
    agent.cluster.client.patch(
      pods,
      { namespace: 'default', name },
      { type: 'merge', body: { spec: { containers: [{ ...shell('a', 'exec sleep 1000'), image }] } } }
    )

  it.each(['Always', 'Never'])('is ended and started anew, restart policy %s', async (restartPolicy) => {
    const name = `changed-${restartPolicy.toLowerCase()}`
    await agent.run(name, { restartPolicy, containers: [shell('a', 'exec sleep 1000')], terminationGracePeriodSeconds: 1 })
    await agent.when(name, 'readiness', isReady)
    await give(name, 'dev.local/shell:v2')
    const pod = await agent.when(name, 'a restart', (each) => isReady(each) && each.status?.containerStatuses?.[0]?.restartCount === 1)
    expect(pod.status?.containerStatuses?.[0]).toMatchObject({ image: 'dev.local/shell:v2', lastState: { terminated: {} } })
    await eventually(() => agent.events('Killing').includes('Container a definition changed, will be restarted'))
  })

  it('is not kept waiting for an image that it no longer wants', async () => {
    await agent.run('waiting', {
      containers: [{ ...shell('a', 'exec sleep 1000'), image: 'dev.local/absent:v1' }],
      terminationGracePeriodSeconds: 1
    })
    await agent.when(
      'waiting',
      'a failed pull',
      (each) => each.status?.containerStatuses?.[0]?.state?.waiting?.reason === 'ImagePullBackOff'
    )
    await give('waiting', 'dev.local/shell:v2')
    const pod = await agent.when('waiting', 'readiness', isReady)
    expect(pod.status?.containerStatuses?.[0]?.restartCount).toBe(0)
  })
})
