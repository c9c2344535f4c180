/** Pods whose images are in a registry: what is told while they come, and when they do not. */
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import type * as k8s from '@knative-ts/api/kubernetes'
import { pods, secrets } from '@knative-ts/api/kubernetes'
import { eventually } from '@knative-ts/testing'
import { agentUnderTest, type AgentUnderTest, isReady } from '../testing/agent-under-test.ts'
import { imageRegistry, type ImageRegistry } from '../testing/image-registry.ts'
import { describeNetns } from '../testing/network-modes.ts'
import { rootTree } from '../testing/root-tree.ts'

const password = 's3cret'

describeNetns('a pod of an image of a registry', () => {
  let agent: AgentUnderTest
  let registry: ImageRegistry
  let digest: string

  beforeAll(async () => {
    registry = await imageRegistry()
    agent = await agentUnderTest('netns')
    const base = rootTree()
    const config = { Cmd: ['/bin/sleep', '1000'], Env: ['PATH=/bin'] }
    digest = registry.push('team/app:v1', [{ layers: [base], config }])
    registry.push('other/app:v1', [{ layers: [base, [{ path: 'other', content: 'x' }]], config }])
    registry.lock(password)
  }, 60_000)
  afterAll(async () => {
    await agent.stop()
    await registry.close()
  })

  const secret = (name: string, given = password): Promise<unknown> => {
    const auths = { [registry.host]: { username: 'me', password: given } }
    const object: k8s.Secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { namespace: 'default', name },
      type: 'kubernetes.io/dockerconfigjson',
      data: { '.dockerconfigjson': Buffer.from(JSON.stringify({ auths })).toString('base64') }
    }
    return agent.cluster.client.create(secrets, object)
  }
  const run = (name: string, image: string, pullSecret?: string, imagePullPolicy?: string): Promise<void> =>
    agent.run(name, {
      containers: [{ name: 'a', image: `${registry.host}/${image}`, ...(imagePullPolicy && { imagePullPolicy }) }],
      ...(pullSecret && { imagePullSecrets: [{ name: pullSecret }] }),
      terminationGracePeriodSeconds: 0
    })
  const waiting = (name: string, reason: string): Promise<string> =>
    agent
      .when(name, reason, ({ status }) => status?.containerStatuses?.[0]?.state?.waiting?.reason === reason)
      .then(({ status }) => status?.containerStatuses?.[0]?.state?.waiting?.message ?? '')

  it('waits for its pull secret, says so, and runs when it comes', async () => {
    await run('late', 'team/app:v1', 'late')
    const message = await waiting('late', 'ErrImagePull')
    expect(message).toContain(
      `failed to pull image "${registry.host}/team/app:v1": GET http://${registry.host}/v2/team/app/manifests/v1: unexpected`
    )
    expect(message).toContain('wants credentials for team/app, and there are none: secret "late" does not exist')
    expect(await waiting('late', 'ImagePullBackOff')).toContain(
      `Back-off pulling image "${registry.host}/team/app:v1": ErrImagePull: failed`
    )
    await secret('late')
    const pod = await agent.when('late', 'readiness', isReady)
    expect(pod.status?.containerStatuses?.[0]?.imageID).toBe(`${registry.host}/team/app@${digest}`)
    await eventually(() => agent.events('Pulled').length > 0)
    expect(agent.events('Pulled')[0]).toMatch(
      new RegExp(
        `^Successfully pulled image "${registry.host}/team/app:v1" in [\\dms]+ \\([\\dms]+ including waiting\\). Image size: \\d+ bytes.$`
      )
    )
    expect(agent.events('Pulling')[0]).toBe(`Pulling image "${registry.host}/team/app:v1"`)
    expect(agent.events('FailedToRetrieveImagePullSecret')[0]).toBe(
      'Unable to retrieve some image pull secrets (late); attempting to pull the image may not succeed.'
    )
    expect(JSON.stringify(agent.cluster.all(pods))).not.toContain(password)
  })

  it('is not pulled again where it is here, unless its policy says so', async () => {
    await secret('here')
    const before = registry.asked.length
    await run('present', 'team/app:v1')
    await agent.when('present', 'readiness', isReady)
    expect(registry.asked.length).toBe(before)
    await eventually(() => agent.events('Pulled').includes(`Container image "${registry.host}/team/app:v1" already present on machine`))
    await run('always', 'team/app:v1', 'here', 'Always')
    await agent.when('always', 'readiness', isReady)
    expect(registry.asked.slice(before)).toEqual(['HEAD /v2/team/app/manifests/v1'])
  })

  it('with policy Always does not run without the right to pull, though the image is here', async () => {
    await run('sneaky', 'team/app:v1', undefined, 'Always')
    expect(await waiting('sneaky', 'ErrImagePull')).toContain('create a Secret of type kubernetes.io/dockerconfigjson')
  })

  it('with policy Never is not pulled', async () => {
    await run('never', 'absent/app:v1', undefined, 'Never')
    expect(await waiting('never', 'ErrImageNeverPull')).toContain('is not present with pull policy of Never')
  })

  it.each([
    ['a tag', 'team/app:typo', 'has no tag "typo" of team/app: look at the name of the image, or push it'],
    ['a digest', `team/app@sha256:${'0'.repeat(64)}`, 'has no image sha256:000000000000... in team/app']
  ])('says that %s is not there', async (_, image, message) => {
    const name = image.includes('@') ? 'no-digest' : 'no-tag'
    await secret(name)
    await run(name, image, name)
    expect(await waiting(name, 'ErrImagePull')).toContain(message)
  })

  it('says that its credentials are refused', async () => {
    await secret('wrong', 'wr0ng')
    await run('wrong', 'other/app:v1', 'wrong')
    const message = await waiting('wrong', 'ErrImagePull')
    expect(message).toContain('refused the credentials of secret "wrong" for other/app: put valid ones there')
    expect(message).not.toContain('wr0ng')
  })

  it('goes at once when it is deleted while its image comes', async () => {
    await secret('slow')
    let closed = false
    registry.meddle = (request, response) => {
      if (!request.url?.startsWith('/v2/other/app/manifests')) return false
      response.on('close', () => (closed = true))
      return true
    }
    await run('slow', 'other/app:v1', 'slow')
    await eventually(() => registry.asked.some((each) => each.includes('/v2/other/app/')))
    await agent.cluster.client.delete(pods, { namespace: 'default', name: 'slow' })
    await eventually(() => agent.pod('slow') === undefined, 'the pod to go')
    // It is still being asked for, by nobody.
    expect(closed).toBe(false)
    registry.meddle = () => false
  })
})

describeNetns('a pod whose registry refuses', () => {
  it('has it asked again after the back-off of pulls, and another image at once', async () => {
    const registry = await imageRegistry()
    // An hour: nothing below happens by a second attempt.
    const agent = await agentUnderTest('netns', { pullBackOff: { initialMs: 3_600_000, maxMs: 3_600_000 } })
    try {
      await agent.run('typo', { containers: [{ name: 'a', image: `${registry.host}/app:typo` }], terminationGracePeriodSeconds: 0 })
      await agent.when('typo', 'a refusal', ({ status }) => status?.containerStatuses?.[0]?.state?.waiting?.reason === 'ImagePullBackOff')
      const asked = registry.asked.length
      registry.push('app:v1', [{ layers: [rootTree()], config: { Cmd: ['/bin/sleep', '1000'] } }])
      const body = { spec: { containers: [{ name: 'a', image: `${registry.host}/app:v1` }] } }
      await agent.cluster.client.patch(pods, { namespace: 'default', name: 'typo' }, { type: 'merge', body })
      await agent.when('typo', 'readiness', isReady)
      expect(registry.asked.slice(asked).filter((each) => each.includes('typo'))).toEqual([])
    } finally {
      await agent.stop()
      await registry.close()
    }
  })
})
