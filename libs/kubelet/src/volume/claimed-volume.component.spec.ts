import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { persistentVolumeClaims, persistentVolumes, type PersistentVolume, type PersistentVolumeClaim } from '@knative-ts/api/kubernetes'
import { agentUnderTest, type AgentUnderTest, isReady } from '../testing/agent-under-test.ts'
import { networkModes } from '../testing/network-modes.ts'
import { shell, shellImage } from '../testing/programs.ts'

describe.each(networkModes)('claims of pods (%s)', (mode) => {
  let agent: AgentUnderTest
  beforeAll(async () => {
    agent = await agentUnderTest(mode)
    agent.image('shell', shellImage)
  })
  afterAll(() => agent.stop())

  const claimOf = (name: string, bound?: string): PersistentVolumeClaim => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name, namespace: 'default', uid: name },
    ...(bound === undefined ? { status: { phase: 'Pending' } } : { spec: { volumeName: bound }, status: { phase: 'Bound' } })
  })
  const volumeOf = (name: string, claim: string, source: Partial<PersistentVolume['spec']>): PersistentVolume => ({
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name, uid: name },
    spec: { claimRef: { namespace: 'default', name: claim, uid: claim }, ...source }
  })
  const run = (pod: string, claimName: string, script: string) =>
    agent.run(pod, {
      containers: [{ ...shell('a', script), volumeMounts: [{ name: 'data', mountPath: '/data' }] }],
      volumes: [{ name: 'data', persistentVolumeClaim: { claimName } }]
    })
  const unschedulable = (message: string) => (pod: { status?: { conditions?: { type: string; message?: string }[] } }) =>
    pod.status?.conditions?.some((condition) => condition.type === 'PodScheduled' && condition.message?.includes(message) === true) === true

  it('wait until they are bound, and then are the directory of their volume', async () => {
    const path = join(agent.directory, 'kept')
    await run('writer', 'kept', 'echo written > /data/file; sleep 600')
    await agent.when('writer', 'the refusal', unschedulable('persistentvolumeclaim "kept" not found'))
    agent.cluster.put(claimOf('kept'))
    await agent.when('writer', 'the other refusal', unschedulable('pod has unbound immediate PersistentVolumeClaims'))
    agent.cluster.put(volumeOf('v1', 'kept', { hostPath: { path, type: 'DirectoryOrCreate' } }))
    agent.cluster.put(claimOf('kept', 'v1'))
    await agent.when('writer', 'readiness', isReady)
    await agent.when('writer', 'its file', () => readFileSync(join(path, 'file'), 'utf8') === 'written\n')
    expect(agent.cluster.find(persistentVolumes, { namespace: '', name: 'v1' })).toBeDefined()
    expect(agent.cluster.find(persistentVolumeClaims, { namespace: 'default', name: 'kept' })).toBeDefined()
  })

  it('may lead to a local volume, and to nothing that is not of this machine', async () => {
    const path = join(agent.directory, 'local')
    mkdirSync(path)
    agent.cluster.put(volumeOf('v2', 'local', { local: { path } }))
    agent.cluster.put(claimOf('local', 'v2'))
    await run('reader', 'local', 'test -d /data && sleep 600')
    await agent.when('reader', 'readiness', isReady)
    agent.cluster.put(volumeOf('v3', 'far', { nfs: { path: '/', server: 'far' } }))
    agent.cluster.put(claimOf('far', 'v3'))
    await run('stuck', 'far', 'true')
    const told = await agent.when('stuck', 'the event', () => agent.events('FailedMount').some((text) => text.includes('volume v3')))
    expect(told.status?.phase).toBe('Pending')
    expect(agent.events('FailedMount')[0]).toContain(
      'MountVolume.SetUp failed for volume "data" : volume v3 is neither hostPath nor local: this node mounts directories of its own machine only'
    )
  })
})
