import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { eventually } from '@knative-ts/testing'
import { existsSync, linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { agentUnderTest, type AgentUnderTest, isReady } from '../testing/agent-under-test.ts'
import { describeNetns } from '../testing/network-modes.ts'
import { shell, shellImage } from '../testing/programs.ts'
import { diskUsage } from '../usage/disk-usage.ts'
import { storageExcess } from './storage-limits.ts'

const Mi = 1_048_576

describe('limits of local storage', () => {
  const container = (name: string, limit?: string) => ({
    name,
    ...(limit === undefined ? {} : { resources: { limits: { 'ephemeral-storage': limit } } })
  })
  const volume = (name: string, sizeLimit?: string, medium?: string) => ({
    name,
    emptyDir: { ...(sizeLimit === undefined ? {} : { sizeLimit }), ...(medium === undefined ? {} : { medium }) }
  })
  it.each([
    ['nothing is limited', [container('a')], [volume('v')], undefined],
    ['a volume is within', [container('a')], [volume('v', '3Mi')], undefined],
    ['a volume is over', [container('a')], [volume('v', '1Mi')], 'Usage of EmptyDir volume "v" exceeds the limit "1Mi". '],
    ['zero is no limit', [container('a')], [volume('v', '0')], undefined],
    [
      'volumes count for the pod',
      [container('a', '2Mi'), container('b', '1Mi')],
      [volume('v')],
      'Pod ephemeral local storage usage exceeds the total limit of containers 3Mi. '
    ],
    ['volumes in memory do not', [container('a', '2Mi'), container('b', '1Mi')], [volume('v', undefined, 'Memory')], undefined],
    [
      'one container is over',
      [container('a', '512Ki'), container('b', '9Mi')],
      [],
      'Container a exceeded its local ephemeral storage limit "512Ki". '
    ]
  ])('are kept or not: %s', async (_, containers, volumes, expected) => {
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: {}, spec: { containers, volumes } }
    const measured = { emptyDir: () => Promise.resolve(2 * Mi), container: () => Promise.resolve(Mi) }
    expect(await storageExcess(pod, measured)).toBe(expected)
  })

  it('are compared with what the disk holds: whole trees, links once, nothing for what is gone', async () => {
    const root = mkdtempSync(join(tmpdir(), 'usage-'))
    mkdirSync(join(root, 'below'))
    writeFileSync(join(root, 'below/file'), Buffer.alloc(Mi, 1))
    linkSync(join(root, 'below/file'), join(root, 'again'))
    const used = await diskUsage(root)
    expect(used).toBeGreaterThanOrEqual(Mi)
    expect(used).toBeLessThan(1.5 * Mi)
    expect(await diskUsage(join(root, 'absent'))).toBe(0)
    rmSync(root, { recursive: true })
  })
})

describeNetns.each([['netns']] as const)('local storage of pods (%s)', (mode) => {
  let agent: AgentUnderTest

  beforeAll(async () => {
    agent = await agentUnderTest(mode)
    agent.image('shell', shellImage)
  })
  afterAll(() => agent.stop())

  it('evicts a pod that fills its volume', async () => {
    await agent.run('greedy', {
      volumes: [{ name: 'v', emptyDir: { sizeLimit: '1Mi' } }],
      containers: [{ ...shell('a', 'head -c 3000000 /dev/urandom > /v/file; sleep 100'), volumeMounts: [{ name: 'v', mountPath: '/v' }] }]
    })
    const message = 'Usage of EmptyDir volume "v" exceeds the limit "1Mi". '
    const pod = await agent.when('greedy', 'the eviction', ({ status }) => status?.phase === 'Failed')
    expect(pod.status).toMatchObject({ reason: 'Evicted', message })
    expect(pod.status?.conditions).toContainEqual(expect.objectContaining({ type: 'Ready', status: 'False', reason: 'PodFailed' }))
    await eventually(() => agent.events('Evicted').includes(message))
  })

  it('keeps volumes of medium Memory in memory, shared by the containers of the pod, and removes them with it', async () => {
    const mounts = { volumeMounts: [{ name: 'v', mountPath: '/v' }] }
    await agent.run('quick', {
      volumes: [{ name: 'v', emptyDir: { medium: 'Memory' } }],
      containers: [
        { ...shell('a', 'stat -fc %T /v > /v/kind; sleep 100'), ...mounts },
        { ...shell('b', 'sleep 100'), ...mounts, readinessProbe: { exec: { command: ['grep', '-q', 'tmpfs', '/v/kind'] } } }
      ]
    })
    const pod = await agent.when('quick', 'readiness', isReady)
    const ours = readdirSync('/dev/shm').filter((name) => existsSync(join('/dev/shm', name, pod.metadata.uid ?? '')))
    expect(ours).toHaveLength(1)
    await agent.cluster.client.delete(
      { group: '', version: 'v1', plural: 'pods', kind: 'Pod', namespaced: true },
      { namespace: 'default', name: 'quick' },
      { gracePeriodSeconds: 0 }
    )
    await eventually(() => !existsSync(join('/dev/shm', ours[0] as string, pod.metadata.uid ?? '')))
  })

  it('gives a pod its name, its aliases and its resolver', async () => {
    await agent.run('named', {
      hostname: 'bert',
      subdomain: 'sub',
      hostAliases: [{ ip: '1.2.3.4', hostnames: ['alias'] }],
      dnsPolicy: 'None',
      dnsConfig: { nameservers: ['9.9.9.9'], searches: ['a.example'] },
      containers: [shell('a', 'hostname; echo $HOSTNAME; grep -c alias /etc/hosts; cat /etc/resolv.conf; echo over; sleep 100')]
    })
    const text = await eventually(async () => {
      const chunks: Uint8Array[] = []
      if (agent.pod('named')?.status?.containerStatuses?.[0]?.state?.running === undefined) return undefined
      for await (const chunk of agent.kubelet.podStreams.logs('default', 'named', 'a', {})) chunks.push(chunk)
      const all = Buffer.concat(chunks).toString()
      return all.includes('over') ? all : undefined
    })
    expect(text).toBe('bert\nbert\n1\nsearch a.example\nnameserver 9.9.9.9\nover\n')
  })
})
