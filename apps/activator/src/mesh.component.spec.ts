/** An activator whose pods answer nobody at their own addresses, as behind a mesh, and the Service in front of them. */
import { afterEach, expect, it } from '@jest/globals'
import { eventually, kubeService } from '@knative-ts/testing'
import { FakePod } from './testing/fake-pod.ts'
import { Rig } from './testing/rig.ts'

const servicePort = 8012
const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const network = (mode: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'config-network', namespace: 'knative-serving' },
  data: { 'mesh-compatibility-mode': mode }
})

/** `front` listens at the Service's address, where the mesh lets everybody through to the pods. */
async function meshed(mode: string, containerConcurrency = 0): Promise<{ readonly rig: Rig; readonly front: FakePod }> {
  const front = await new FakePod('front').open(servicePort)
  closing.push(() => front.kill())
  const service = kubeService({
    metadata: { name: 'hello-00001-private' },
    spec: { clusterIP: front.ip, ports: [{ name: 'http', port: servicePort }] }
  })
  const rig = await Rig.start({ containerConcurrency }, { more: [service, network(mode)] })
  closing.unshift(() => rig.close())
  return { rig, front }
}

/** A pod in whose place the mesh answers 503. */
async function hidden(rig: Rig, name: string): Promise<FakePod> {
  const pod = await rig.silentPod(name).open()
  pod.ready = false
  rig.cluster.put(pod.object())
  return pod
}

const goesThrough = (rig: Rig, front: FakePod): Promise<unknown> =>
  eventually(() => rig.throttler.pods.join() === `${front.ip}:${servicePort}`, 'requests go to the Service')

it('sends requests through the Service where a mesh answers in the place of every pod, each activator its part of them', async () => {
  const { rig, front } = await meshed('auto', 2)
  const answer = rig.ask()
  await hidden(rig, 'hello-1')
  await hidden(rig, 'hello-2')
  expect(await answer).toMatchObject({ status: 200, body: 'front' })
  expect(front.probes[0]).toMatchObject({ 'user-agent': 'Knative-Activator-Probe', 'k-network-probe': 'queue' })
  await eventually(() => rig.throttler.capacity === 4, 'two pods of two requests')
})

it('goes to pods again as soon as one answers by itself, and never through the Service from then on', async () => {
  const { rig, front } = await meshed('auto')
  const pod = await hidden(rig, 'hello-1')
  await goesThrough(rig, front)
  pod.ready = true
  await rig.serving(pod)
  const asked = front.probes.length
  pod.ready = false
  rig.cluster.put(pod.object(false))
  rig.cluster.put(pod.object())
  await eventually(() => pod.probes.length > 8, 'the pod is asked again')
  expect([front.probes.length, rig.throttler.pods]).toEqual([asked, []])
})

it('holds requests until a pod answers where the fallback is off', async () => {
  const { rig, front } = await meshed('disabled')
  const pod = await hidden(rig, 'hello-1')
  const answer = rig.ask()
  await eventually(() => pod.probes.length > 3, 'the pod is asked')
  expect([front.probes.length, rig.throttler.waiting]).toEqual([0, 1])
  pod.ready = true
  expect(await answer).toMatchObject({ body: 'hello-1' })
})

it('asks no pod where there is a mesh for sure, and follows a change of that', async () => {
  const { rig, front } = await meshed('enabled')
  const pod = await rig.pod('hello-1')
  await goesThrough(rig, front)
  expect(await rig.ask()).toMatchObject({ body: 'front' })
  expect(pod.probes).toEqual([])
  rig.cluster.put(network('auto'))
  await rig.serving(pod)
  rig.cluster.put(network('enabled'))
  await goesThrough(rig, front)
})

it('asks the Service again when a request does not get through to it, and holds meanwhile', async () => {
  const { rig, front } = await meshed('auto')
  await hidden(rig, 'hello-1')
  await goesThrough(rig, front)
  front.kill()
  const answer = rig.ask()
  await eventually(() => rig.throttler.waiting === 1, 'the request is held')
  await front.open(servicePort)
  expect(await answer).toMatchObject({ status: 200, body: 'front' })
})

it('forgets the Service with the last pod', async () => {
  const { rig, front } = await meshed('auto')
  const pod = await hidden(rig, 'hello-1')
  await goesThrough(rig, front)
  rig.cluster.remove(pod.object())
  await eventually(() => rig.throttler.capacity === 0, 'nobody gets a request')
  const asked = front.probes.length
  await hidden(rig, 'hello-2')
  await goesThrough(rig, front)
  expect(front.probes.length).toBeGreaterThan(asked)
})
