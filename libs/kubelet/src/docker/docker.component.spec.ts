/** Pods whose images a real Docker daemon has. */
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { configMaps, pods, secrets } from '@knative-ts/api/kubernetes'
import { describeWhere, eventually } from '@knative-ts/testing'
import { text } from 'node:stream/consumers'
import { agentUnderTest, type AgentUnderTest, isReady } from '../testing/agent-under-test.ts'
import { type Dockerd, dockerdObstacle, startDockerd } from '../testing/dockerd.ts'
import { imageRegistry } from '../testing/image-registry.ts'
import { networkModes } from '../testing/network-modes.ts'
import { helloServer } from '../testing/programs.ts'
import { rootTree } from '../testing/root-tree.ts'

const IMAGE = 'registry.example/box:1'
const START_MS = 40_000
const serve = ['sh', '-c', 'echo from the engine > index.html; exec httpd -f -p 8080']

describeWhere('pods in a Docker engine', dockerdObstacle()).each(networkModes)(
  'a pod of an image that the Docker engine has (%s)',
  (mode) => {
    let dockerd: Dockerd
    let agent: AgentUnderTest
    const ours = (): Promise<string> => dockerd.docker('ps', '-aq', '--filter', 'label=dev.knative.standalone.owner')

    beforeAll(async () => {
      dockerd = await startDockerd()
      await dockerd.busybox(IMAGE, [
        'ENV FROM_IMAGE=yes',
        'WORKDIR /tmp',
        'CMD ["sh", "-c", "echo $FROM_IMAGE $(pwd) $(id -u); sleep 1000"]'
      ])
      agent = await agentUnderTest(mode, { docker: dockerd.host })
      agent.image('hello', { 'server.mjs': helloServer, 'package.json': '{"main": "server.mjs"}' })
    }, START_MS)
    afterAll(async () => {
      await agent?.stop()
      await dockerd?.stop()
    }, START_MS)

    const logsOf = async (name: string, container = 'a') => text(agent.kubelet.podStreams.logs('default', name, container, {}))

    it('runs with the configuration of its image, its own files and its own host name', async () => {
      await agent.run('plain', { containers: [{ name: 'a', image: IMAGE, env: [{ name: 'OWN', value: 'too' }] }] })
      const pod = await agent.when('plain', 'readiness', isReady)
      await eventually(async () => (await logsOf('plain')) === 'yes /tmp 0\n', 'the first line of the log')
      expect(pod.status?.containerStatuses?.[0]).toMatchObject({
        imageID: expect.stringContaining('sha256:'),
        containerID: expect.stringMatching(/^docker:\/\/[0-9a-f]{64}$/)
      })
      const session = agent.kubelet.podStreams.exec(
        'default',
        'plain',
        'a',
        ['sh', '-c', 'hostname; echo $OWN; ls /; echo oh >&2; exit 3'],
        {
          stdout: true,
          stderr: true
        }
      )
      const [out, err, code] = await Promise.all([text(session.stdout as never), text(session.stderr as never), session.exitCode])
      expect(out.split('\n').slice(0, 2)).toEqual(['plain', 'too'])
      expect(out).not.toContain('work')
      expect([err, code]).toEqual(['oh\n', 3])
    })

    it('takes its input by exec, and gives it back', async () => {
      const session = agent.kubelet.podStreams.exec('default', 'plain', 'a', ['cat'], { stdin: true, stdout: true })
      session.stdin?.end('there and back')
      expect(await text(session.stdout as never)).toBe('there and back')
      expect(await session.exitCode).toBe(0)
    })

    it('answers at its address, shares localhost with a container of this machine, and goes', async () => {
      // The server is the first process of its namespace, and has no handler for SIGTERM.
      await agent.run('pair', {
        containers: [
          {
            name: 'a',
            image: IMAGE,
            command: serve,
            ports: [{ containerPort: 8080 }],
            readinessProbe: { httpGet: { port: 8080, path: '/' } }
          },
          { name: 'b', image: 'dev.local/hello', env: [{ name: 'PORT', value: '8081' }], readinessProbe: { tcpSocket: { port: 8081 } } }
        ]
      })
      const pod = await agent.when('pair', 'readiness', isReady)
      expect(await (await fetch(`http://${pod.status?.podIP}:8080/`)).text()).toBe('from the engine\n')
      if (mode === 'netns') {
        const inside = agent.kubelet.podStreams.exec('default', 'pair', 'a', ['wget', '-qO-', 'http://127.0.0.1:8081/'], { stdout: true })
        expect(await text(inside.stdout as never)).toBe('hello')
      }
      await agent.cluster.client.delete(pods, { namespace: 'default', name: 'pair' }, { gracePeriodSeconds: 1 })
      await eventually(() => agent.pod('pair') === undefined)
    })

    it('has volumes, a termination message, an exit code, and starts again', async () => {
      await agent.cluster.client.create(configMaps, {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { namespace: 'default', name: 'words' },
        data: { word: 'mounted' }
      })
      await agent.run('ends', {
        restartPolicy: 'OnFailure',
        volumes: [
          { name: 'words', configMap: { name: 'words' } },
          { name: 'kept', emptyDir: {} }
        ],
        containers: [
          {
            name: 'a',
            image: IMAGE,
            command: ['sh', '-c', 'cat /words/word | tee /dev/termination-log; [ -e /kept/once ] || { touch /kept/once; exit 4; }'],
            volumeMounts: [
              { name: 'words', mountPath: '/words' },
              { name: 'kept', mountPath: '/kept' }
            ]
          }
        ]
      })
      const pod = await agent.when('ends', 'success', ({ status }) => status?.phase === 'Succeeded')
      expect(pod.status?.containerStatuses?.[0]).toMatchObject({
        restartCount: 1,
        lastState: { terminated: { exitCode: 4, reason: 'Error', message: 'mounted' } },
        state: { terminated: { exitCode: 0, reason: 'Completed', message: 'mounted' } }
      })
    })

    it('is confined as its security context says', async () => {
      const securityContext = {
        runAsUser: 1000,
        runAsGroup: 2000,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
        allowPrivilegeEscalation: false
      }
      // The engine reads a container's two outputs apart, in no promised order.
      const command = ['sh', '-c', 'exec 2>&1; id -u; id -g; id -G; grep -E "CapBnd|NoNewPrivs" /proc/self/status; touch /tmp/x']
      await agent.run('confined', {
        restartPolicy: 'Never',
        securityContext: { fsGroup: 3000 },
        containers: [{ name: 'a', image: IMAGE, command, securityContext }]
      })
      await agent.when('confined', 'the end', ({ status }) => status?.phase === 'Failed')
      const log = await logsOf('confined')
      expect(log).toMatch(/^1000\n2000\n2000 3000\n/)
      expect(log).toMatch(/CapBnd:\s+0000000000000000/)
      expect(log).toMatch(/NoNewPrivs:\s+1/)
      expect(log).toContain('Read-only file system')
    })

    it('waits, and says why, when it would be root and must not', async () => {
      const asked = { restartPolicy: 'Never', securityContext: { runAsNonRoot: true } }
      await agent.run('root', { ...asked, containers: [{ name: 'a', image: IMAGE, command: serve }] })
      const pod = await agent.when(
        'root',
        'the refusal',
        ({ status }) => status?.containerStatuses?.[0]?.state?.waiting?.reason === 'CreateContainerConfigError'
      )
      expect(pod.status?.containerStatuses?.[0]?.state?.waiting?.message).toMatch(
        /^container has runAsNonRoot and image will run as root \(pod: "root_default\(.+\)", container: a\)$/
      )
      await agent.run('other', {
        ...asked,
        containers: [{ name: 'a', image: IMAGE, command: ['id', '-u'], securityContext: { runAsUser: 1000 } }]
      })
      await agent.when('other', 'the end', ({ status }) => status?.phase === 'Succeeded')
      expect(await logsOf('other')).toBe('1000\n')
    })

    it('is ended at its memory limit, and says why', async () => {
      const command = ['sh', '-c', 'tail /dev/zero']
      await agent.run('greedy', {
        restartPolicy: 'Never',
        containers: [{ name: 'a', image: IMAGE, command, resources: { limits: { memory: '24Mi' } } }]
      })
      const pod = await agent.when('greedy', 'the end', ({ status }) => status?.phase === 'Failed')
      expect(pod.status?.containerStatuses?.[0]?.state?.terminated).toMatchObject({ exitCode: 137, reason: 'OOMKilled' })
    })

    it('says what the engine says of a program that is not there, and of an image that nobody has', async () => {
      await agent.run('absent', { restartPolicy: 'Never', containers: [{ name: 'a', image: IMAGE, command: ['/no/such'] }] })
      const pod = await agent.when('absent', 'the end', ({ status }) => status?.phase === 'Failed')
      expect(pod.status?.containerStatuses?.[0]?.state?.terminated).toMatchObject({
        exitCode: 128,
        reason: 'StartError',
        message: expect.stringContaining('/no/such')
      })
      await agent.run('unknown', { containers: [{ name: 'a', image: 'dev.local/nobody-has-it' }] })
      const waiting = await agent.when(
        'unknown',
        'a reason',
        ({ status }) => status?.containerStatuses?.[0]?.state?.waiting?.reason === 'ImagePullBackOff'
      )
      expect(waiting.status?.containerStatuses?.[0]?.state?.waiting?.message).toContain('docker load')
    })

    it('has the engine pull it as somebody who may', async () => {
      const registry = await imageRegistry()
      try {
        registry.push('team/app:v1', [{ layers: [rootTree()], config: { Cmd: ['/bin/sleep', '1000'], Env: ['PATH=/bin'] } }])
        registry.lock('s3cret')
        const image = `${registry.host}/team/app:v1`
        const containers = [{ name: 'a', image }]
        await agent.run('private', { containers, imagePullSecrets: [{ name: 'regcred' }] })
        const refused = await agent.when(
          'private',
          'a refusal',
          ({ status }) => status?.containerStatuses?.[0]?.state?.waiting?.reason === 'ErrImagePull'
        )
        const { message } = refused.status?.containerStatuses?.[0]?.state?.waiting ?? {}
        expect(message).toMatch(/authentication required|unauthorized|no basic auth credentials/)
        expect(message).toContain('secret "regcred" does not exist')
        const auths = { [registry.host]: { username: 'me', password: 's3cret' } }
        await agent.cluster.client.create(secrets, {
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { namespace: 'default', name: 'regcred' },
          type: 'kubernetes.io/dockerconfigjson',
          data: { '.dockerconfigjson': Buffer.from(JSON.stringify({ auths })).toString('base64') }
        })
        await agent.when('private', 'readiness', isReady)
      } finally {
        await registry.close()
      }
    })

    it(
      'leaves nothing in the engine when it goes, and when the agent goes',
      async () => {
        expect(await ours()).not.toBe('')
        expect(agent.log.lines.filter(({ message }) => /Docker engine .* a container/.test(message))).toEqual([])
        await agent.kubelet.stop(500)
        expect(await ours()).toBe('')
        agent = await agentUnderTest(mode, { on: agent, docker: dockerd.host })
      },
      START_MS
    )
  }
)
