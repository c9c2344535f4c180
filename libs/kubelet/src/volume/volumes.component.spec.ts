import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type * as k8s from '@knative-ts/api/kubernetes'
import { configMaps, secrets } from '@knative-ts/api/kubernetes'
import { eventually, itWhere, notRoot } from '@knative-ts/testing'
import { agentUnderTest, type AgentUnderTest, isReady } from '../testing/agent-under-test.ts'
import { networkModes } from '../testing/network-modes.ts'
import { printEnvironment, shell, shellImage } from '../testing/programs.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')

describe.each(networkModes)('environment and volumes (%s)', (mode) => {
  let agent: AgentUnderTest

  beforeAll(async () => {
    agent = await agentUnderTest(mode)
    agent.image('env', { 'main.mjs': printEnvironment })
    agent.image('shell', shellImage)
    await agent.cluster.client.create(configMaps, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { namespace: 'default', name: 'settings' },
      data: { colour: 'blue', 'size.txt': 'large' }
    })
    await agent.cluster.client.create(secrets, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { namespace: 'default', name: 'login' },
      data: { password: base64('geheim') }
    })
  })
  afterAll(() => agent.stop())

  const output = (pod: string, container: string): Promise<string> =>
    eventually(async () => {
      const chunks: Uint8Array[] = []
      for await (const chunk of agent.kubelet.podStreams.logs('default', pod, container, {})) chunks.push(chunk)
      return Buffer.concat(chunks).toString() || undefined
    })

  it('fills the environment from fields, resources, ConfigMaps and Secrets, and expands variables', async () => {
    const env: k8s.EnvVar[] = [
      { name: 'COLOUR', valueFrom: { configMapKeyRef: { name: 'settings', key: 'colour' } } },
      { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'login', key: 'password' } } },
      { name: 'ABSENT', valueFrom: { configMapKeyRef: { name: 'nothing', key: 'x', optional: true } } },
      { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      { name: 'ADDRESS', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
      { name: 'LIMIT', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '1m' } } },
      { name: 'BOTH', value: '$(COLOUR)-$(NONE)-$$(COLOUR)' }
    ]
    await agent.run('env', {
      containers: [
        {
          name: 'a',
          image: 'dev.local/env',
          env,
          envFrom: [{ prefix: 'S_', configMapRef: { name: 'settings' } }],
          resources: { limits: { cpu: '1500m' } }
        }
      ]
    })
    const pod = await agent.when('env', 'readiness', isReady)
    expect(JSON.parse(await output('env', 'a'))).toMatchObject({
      COLOUR: 'blue',
      PASSWORD: 'geheim',
      POD: 'env',
      ADDRESS: pod.status?.podIP,
      LIMIT: '1500',
      BOTH: 'blue-$(NONE)-$(COLOUR)',
      S_colour: 'blue',
      HOSTNAME: 'env',
      KUBERNETES_SERVICE_HOST: agent.kubelet.network.apiServer.host,
      KUBERNETES_SERVICE_PORT: String(agent.kubelet.network.apiServer.port)
    })
    expect(JSON.parse(await output('env', 'a'))).not.toHaveProperty('ABSENT')
  })

  it('waits with CreateContainerConfigError until a ConfigMap is there', async () => {
    await agent.run('waits', {
      containers: [{ name: 'a', image: 'dev.local/env', env: [{ name: 'X', valueFrom: { configMapKeyRef: { name: 'later', key: 'x' } } }] }]
    })
    const pod = await agent.when(
      'waits',
      'the reason',
      (each) => each.status?.containerStatuses?.[0]?.state?.waiting?.reason === 'CreateContainerConfigError'
    )
    expect(pod.status?.containerStatuses?.[0]?.state?.waiting?.message).toBe('configmap "later" not found')
    await agent.cluster.client.create(configMaps, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { namespace: 'default', name: 'later' },
      data: { x: '1' }
    })
    await agent.when('waits', 'readiness', isReady)
  })

  it('mounts every kind of volume, and keeps ConfigMaps as they change', async () => {
    const script =
      'cat /config/colour /config/where/size /secret/password /pod/labels /all/name /all/token; echo; ls -l /secret/..data/password | cut -c1-10; echo x > /scratch/file && cat /scratch/file; echo x > /config/new; cat /deep/ly/nested/colour; while [ "$(cat /config/colour)" = blue ]; do sleep 0.02; done; cat /config/colour; sleep 100'
    await agent.run(
      'volumes',
      {
        volumes: [
          {
            name: 'config',
            configMap: {
              name: 'settings',
              items: [
                { key: 'colour', path: 'colour' },
                { key: 'size.txt', path: 'where/size' }
              ]
            }
          },
          { name: 'secret', secret: { secretName: 'login', defaultMode: 0o400 } },
          { name: 'pod', downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] } },
          {
            name: 'all',
            projected: {
              sources: [
                { downwardAPI: { items: [{ path: 'name', fieldRef: { fieldPath: 'metadata.name' } }] } },
                { serviceAccountToken: { path: 'token', audience: 'vault', expirationSeconds: 600 } }
              ]
            }
          },
          { name: 'scratch', emptyDir: {} }
        ],
        containers: [
          {
            ...shell('a', script),
            volumeMounts: [
              { name: 'config', mountPath: '/config' },
              { name: 'secret', mountPath: '/secret' },
              { name: 'pod', mountPath: '/pod' },
              { name: 'all', mountPath: '/all' },
              { name: 'scratch', mountPath: '/scratch' },
              { name: 'config', mountPath: '/deep/ly/nested' }
            ]
          }
        ]
      },
      { labels: { app: 'volumes' } }
    )
    await agent.when('volumes', 'readiness', isReady)
    const expected =
      /^bluelargegeheimapp="volumes"volumestoken of default for vault, volumes, 600 s\n-r--------\nx\n.*Read-only file system\nblue$/
    await eventually(async () => {
      expect(await output('volumes', 'a')).toMatch(expected)
      return true
    })
    await agent.cluster.client.patch(
      configMaps,
      { namespace: 'default', name: 'settings' },
      { type: 'merge', body: { data: { colour: 'red' } } }
    )
    await eventually(async () => (await output('volumes', 'a')).endsWith('bluered'), 'the new colour')
    await agent.cluster.client.patch(
      configMaps,
      { namespace: 'default', name: 'settings' },
      { type: 'merge', body: { data: { colour: 'blue' } } }
    )
  })

  it('gives the service account of the pod where client libraries look for it', async () => {
    const directory = mode === 'netns' ? '/var/run/secrets/kubernetes.io/serviceaccount' : '$KUBERNETES_SERVICEACCOUNT_DIRECTORY'
    await agent.run('account', {
      serviceAccountName: 'robot',
      containers: [shell('a', `cd ${directory}; cat token ca.crt namespace; sleep 100`)]
    })
    await agent.when('account', 'readiness', isReady)
    await eventually(async () => {
      expect(await output('account', 'a')).toBe('token of robot for the API server, account, 3600 sthe certificatedefault')
      return true
    })
  })

  it('waits for a volume whose source is missing', async () => {
    await agent.run('missing', { volumes: [{ name: 'v', configMap: { name: 'never' } }], containers: [shell('a', 'sleep 100')] })
    await eventually(() => agent.events('FailedMount').includes('MountVolume.SetUp failed for volume "v" : configmap "never" not found'))
    expect(agent.pod('missing')?.status).toMatchObject({
      phase: 'Pending',
      containerStatuses: [{ state: { waiting: { reason: 'ContainerCreating' } } }]
    })
  })

  itWhere('memory limits of programs', notRoot())('keeps memory limits', async () => {
    const eat = 'const held = []; setInterval(() => held.push(Buffer.alloc(8 << 20, 1)), 1)'
    agent.image('eater', { 'main.mjs': eat })
    await agent.run('eater', {
      restartPolicy: 'Never',
      containers: [{ name: 'a', image: 'dev.local/eater', resources: { limits: { memory: '96Mi' } } }]
    })
    const pod = await agent.when('eater', 'the end', (each) => each.status?.phase === 'Failed')
    expect(pod.status?.containerStatuses?.[0]?.state?.terminated).toMatchObject({ reason: 'OOMKilled', exitCode: 137 })
  })
})
