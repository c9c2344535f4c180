/** Container images in the whole product: loaded while it is stopped and while it runs, served by Knative, gone with it. */
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { pods } from '@knative-ts/api/kubernetes'
import type * as k8s from '@knative-ts/api/kubernetes'
import { knativeServices } from '@knative-ts/api'
import { describeWhere, notRoot, notX64Linux } from '@knative-ts/testing/prerequisites'
import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { hostOf, readyService, serviceOf } from '../rig/knative-service.ts'
import { archiveStaticProgram, buildStaticProgram } from '../rig/pods/static-program.ts'
import { gatewayClient } from '../rig/service-request.ts'
import { root, type StandaloneProcess, startStandalone, temporaryDirectory } from '../rig/standalone-process.ts'
import { until } from '../rig/until.ts'

const run = promisify(execFile)

describeWhere('images with a root filesystem', notRoot() ?? notX64Linux())('container images', () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>
  let data: string
  let program: string
  let standalone: StandaloneProcess

  /** `npm run image -- ...`, as users type it. */
  const image = async (...args: string[]): Promise<string> => {
    const { stdout } = await run('npm', ['run', '--silent', 'image', '--', ...args, '--data', data], { cwd: root })
    return stdout
  }
  const archive = async (name: string): Promise<string> => {
    const { path } = await temporaryDirectory()
    return archiveStaticProgram(name, program, path)
  }
  const podOf = (name: string, container: Partial<k8s.Container>, spec: Partial<k8s.PodSpec> = {}): k8s.Pod => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default' },
    spec: { ...spec, containers: [{ name: 'main', image: 'example.com/static:1', ...container }] }
  })
  const when = (name: string, what: string, holds: (pod: k8s.Pod) => boolean): Promise<k8s.Pod> =>
    until(`pod ${name}: ${what}`, async () => {
      const pod = await standalone.client.get(pods, { namespace: 'default', name })
      if (holds(pod)) return pod
      throw new Error(JSON.stringify(pod.status?.containerStatuses))
    })
  const isReady = (pod: k8s.Pod): boolean => pod.status?.containerStatuses?.every(({ ready }) => ready) === true

  beforeAll(async () => {
    directory = await temporaryDirectory()
    data = join(directory.path, 'data')
    program = buildStaticProgram(join(directory.path, 'program'))
    expect(await image('load', await archive('example.com/static:1'))).toMatch(/^example\.com\/static:1 {2}sha256:[a-f0-9]{64} {2}\d/)
    standalone = await startStandalone({ data })
  }, 540_000)
  afterAll(async () => {
    await standalone.stop()
    await directory.discard()
  }, 180_000)

  it('that were loaded before the start run as the image says, and are reached by their pod’s address', async () => {
    await standalone.client.create(pods, podOf('early', { readinessProbe: { httpGet: { path: '/', port: 8080 } } }))
    const pod = await when('early', 'is ready', isReady)
    expect(pod.status?.containerStatuses?.[0]?.imageID).toMatch(/^example\.com\/static@sha256:[a-f0-9]{64}$/)
    expect(await (await fetch(`http://${pod.status?.podIP}:8080/`)).text()).toBe('hello\n')
    const [pid] = processesCalled('/static')
    expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(/^Uid:\t65532\t65532/m)
    expect(readdirSync(`/proc/${pid}/root/`).toSorted()).toEqual(['dev', 'etc', 'proc', 'static', 'sys', 'tmp', 'var'])
  })

  it('that are loaded while it runs serve a Knative Service, under a name that its pods could not get before', async () => {
    const name = 'dev.local/oci-hello:v1'
    await standalone.client.create(pods, podOf('waiting', { image: name }))
    const waiting = await when('waiting', 'has no image', ({ status }) =>
      /ImagePull/.test(status?.containerStatuses?.[0]?.state?.waiting?.reason ?? '')
    )
    expect(waiting.status?.containerStatuses?.[0]?.state?.waiting?.message).toContain('npm run image -- load FILE.tar')
    await image('load', await archive(name))
    await when('waiting', 'runs', isReady)
    await standalone.client.create(knativeServices, serviceOf({ name: 'oci', image: name }))
    const service = await readyService(standalone.client, 'oci')
    const gateway = gatewayClient(standalone.gatewayPort)
    expect(await gateway.get(hostOf(service))).toMatchObject({ status: 200, body: 'hello\n' })
    gateway.close()
  })

  it('are listed, and kept while containers run from them', async () => {
    expect(await image('ls')).toMatch(
      /^NAME +DIGEST +SIZE\ndev\.local\/oci-hello:v1 .*\nexample\.com\/static:1 .*\n$|example\.com\/static:1/
    )
    await expect(image('rm', 'example.com/nothing:1')).rejects.toThrow('there is no image example.com/nothing:1')
    await image('rm', 'example.com/static:1')
    await standalone.client.create(pods, podOf('late', { imagePullPolicy: 'Never' }))
    await when('late', 'has no image', ({ status }) =>
      /ErrImageNeverPull/.test(status?.containerStatuses?.[0]?.state?.waiting?.reason ?? '')
    )
    // The same layers are used under the other name, so this is refused.
    await expect(image('rm', 'dev.local/oci-hello:v1')).rejects.toThrow('is used by a running container: delete its pods first')
  })

  it('are asked for with words that name the mistake', async () => {
    await expect(image('load', '/nowhere/image.tar')).rejects.toThrow(/ENOENT.*\/nowhere\/image\.tar/)
    await expect(image('load')).rejects.toThrow('load: give a file')
    await expect(image('fetch')).rejects.toThrow('"fetch" is not something to do with images')
  })

  it('end with standalone, even when that is killed', async () => {
    expect(processesCalled('/static').length).toBeGreaterThan(0)
    await standalone.kill()
    await until('their processes end', async () => processesCalled('/static').length === 0)
    standalone = await startStandalone({ data })
    await when('waiting', 'is ready again', isReady)
  }, 270_000)
})

/** Processes of this machine with exactly this command line that are children of the launcher's, as pods of this test are. */
function processesCalled(command: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return (
        /^\d+$/.test(pid) &&
        readFileSync(`/proc/${pid}/cmdline`, 'latin1') === `${command}\0` &&
        readFileSync(`/proc/${pid}/environ`, 'latin1').includes('KNATIVE_TS_NODE=')
      )
    } catch {
      // It has just ended.
      return false
    }
  })
}
