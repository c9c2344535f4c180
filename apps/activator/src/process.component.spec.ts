/** The bundled activator as a process of its own: start, SIGTERM, kill. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { Agent, request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import {
  type BundledRole,
  bundleRole,
  eventually,
  type FakeApiServer,
  fakeCluster,
  type FakeCluster,
  freePort,
  revision,
  RoleProcess,
  startFakeApiServer,
  steadyLoad
} from '@knative-ts/testing'
import { FakeAutoscaler } from './testing/fake-autoscaler.ts'
import { FakePod } from './testing/fake-pod.ts'
import { revisionHeaders } from './testing/rig.ts'

describe('an activator process', () => {
  let bundle: BundledRole
  let directory: string
  let cluster: FakeCluster
  let server: FakeApiServer
  let autoscaler: FakeAutoscaler
  let pod: FakePod
  const running: RoleProcess[] = []
  const agent = new Agent({ keepAlive: true })

  beforeAll(async () => {
    bundle = await bundleRole(fileURLToPath(new URL('./main.ts', import.meta.url)))
  })
  afterAll(() => bundle.remove())

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'activator-'))
    autoscaler = await new FakeAutoscaler().open()
    cluster = fakeCluster({ objects: [revision(), autoscaler.slice()] })
    server = await startFakeApiServer({ cluster })
    pod = new FakePod('hello-1')
    const kubeconfig = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'test',
      clusters: [{ name: 'test', cluster: { server: server.url } }],
      users: [{ name: 'test', user: { token: 'secret' } }],
      contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }]
    }
    await writeFile(join(directory, 'kubeconfig'), JSON.stringify(kubeconfig))
  })
  afterEach(async () => {
    for (const role of running.splice(0)) {
      role.kill('SIGKILL')
      await role.ended
    }
    agent.destroy()
    pod.kill()
    await autoscaler.close()
    await server.kill()
    await rm(directory, { recursive: true })
  })

  const start = async (): Promise<{ role: RoleProcess; ask: (path?: string) => Promise<string> }> => {
    const port = await freePort()
    const role = await RoleProcess.start(bundle, {
      env: {
        KUBECONFIG: join(directory, 'kubeconfig'),
        POD_NAME: 'activator-1',
        POD_IP: '127.0.0.1',
        HTTP_PORT: String(port),
        H2C_PORT: '0',
        DRAIN_IDLE_MS: '1000',
        ACTIVATOR_TIMINGS: '1'
      }
    })
    running.push(role)
    await role.ready()
    const ask = (path = '/'): Promise<string> =>
      new Promise((resolve, reject) => {
        const request = httpRequest({ host: '127.0.0.1', port, path, headers: revisionHeaders, agent }, (response) => {
          let text = String(response.statusCode)
          response.on('data', (chunk) => (text += ` ${String(chunk)}`))
          response.on('end', () => resolve(text))
          response.on('error', reject)
        })
        request.on('error', reject)
        request.end()
      })
    return { role, ask }
  }

  it('loses no request on SIGTERM: what it holds is answered, and what comes while routers do not know yet', async () => {
    const { role, ask } = await start()
    const held = Promise.all([ask('/a'), ask('/b')])
    await eventually(() => autoscaler.reports.length > 0)
    role.kill('SIGTERM')
    await eventually(async () => (await role.probe()) === 503)
    expect(await role.probe('/livez')).toBe(200)
    const late = ask('/late')
    await pod.open()
    cluster.put(pod.object(false))
    expect(await Promise.all([held, late])).toEqual([['200 hello-1', '200 hello-1'], '200 hello-1'])
    expect(await role.ended).toBe(0)
    expect(role.output).toContain('"cut":0')
  })

  it('serves until nobody asks any more, under load', async () => {
    await pod.open()
    cluster.put(pod.object())
    const { role, ask } = await start()
    const load = steadyLoad(50, () => ask())
    await eventually(() => load.answers.length > 300)
    role.kill('SIGTERM')
    const then = load.answers.length
    await eventually(() => load.answers.length > then + 300)
    const answers = await load.stop()
    expect(await role.ended).toBe(0)
    expect([...new Set(answers)]).toEqual(['200 hello-1'])
  })

  it('logs the times of a request when told to', async () => {
    const { role, ask } = await start()
    const held = ask()
    await pod.open()
    cluster.put(pod.object())
    await held
    const line = await eventually(() => role.output.split('\n').find((text) => text.includes('"request times"')))
    expect(JSON.parse(line)).toMatchObject({ revision: 'default/hello-00001', pod: `${pod.ip}:8012`, status: 200, logger: 'activator' })
  })

  it('names the variable that is missing', async () => {
    const role = await RoleProcess.start(bundle, { env: { KUBECONFIG: join(directory, 'kubeconfig'), POD_IP: '127.0.0.1' } })
    running.push(role)
    expect(await role.ended).toBe(1)
    expect(role.output).toContain('POD_NAME')
  })
})
