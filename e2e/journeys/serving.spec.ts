/** The main job of the product, as its users meet it: through the API server and the gateway alone. Long, because one platform serves it all. */
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import {
  configurations,
  ingresses,
  knativeServices,
  podAutoscalers,
  revisions,
  routes,
  serverlessServices,
  type Service
} from '@knative-ts/api'
import { configMaps, deployments, endpointSlices, pods, secrets, services } from '@knative-ts/api/kubernetes'
import { isNotFound } from '@knative-ts/kube'
import { request } from 'node:http'
import { join } from 'node:path'
import { hostOf, readyService, replicasOf, serviceOf } from '../rig/knative-service.ts'
import { startLoad } from '../rig/load.ts'
import { gatewayClient, type GatewayClient } from '../rig/service-request.ts'
import { change, deploy, podsOf, scaledTo, templateOf } from '../rig/serving-client.ts'
import { root, startStandalone, type StandaloneProcess } from '../rig/standalone-process.ts'
import { until } from '../rig/until.ts'

const namespace = 'default'
const image = 'dev.local/inspector'
const quick = { 'autoscaling.knative.dev/window': '6s' }
const asleep = { 'autoscaling.knative.dev/initial-scale': '0' }

let standalone: StandaloneProcess
let client: StandaloneProcess['client']
let http: GatewayClient

const settings = (name: string, data: object): Promise<unknown> =>
  client.patch(configMaps, { namespace: 'knative-serving', name }, { type: 'merge', body: { data } })

beforeAll(async () => {
  standalone = await startStandalone({ args: ['--images', join(root, 'samples'), '--images', join(root, 'e2e/images')] })
  client = standalone.client
  http = gatewayClient(standalone.gatewayPort)
  await settings('config-autoscaler', { 'allow-zero-initial-scale': 'true' })
}, 270_000)

afterAll(async () => {
  http?.close()
  await standalone?.stop()
}, 180_000)

/** Removes a Service, so that its pods take nothing from the tests behind it. */
const remove = (name: string): Promise<unknown> => client.delete(knativeServices, { namespace, name })

it('S001 S024 S029 S142 answers from zero, sleeps when nobody asks, and answers again', async () => {
  await until('initial-scale 0 is admitted', async () => {
    await client.create(knativeServices, serviceOf({ name: 'zero', image, annotations: { ...quick, ...asleep } }))
    return true
  })
  const service = await readyService(client, 'zero')
  const revision = service.status?.latestReadyRevisionName ?? ''
  expect(await podsOf(client, revision)).toEqual([])
  for (const _ of ['first', 'again']) {
    expect(await http.get(hostOf(service))).toMatchObject({ status: 200, headers: { 'x-revision': revision } })
    expect((await podsOf(client, revision)).length).toBeGreaterThan(0)
    await scaledTo(client, revision, 0)
  }
  await remove('zero')
}, 720_000)

it('S031 a Service that is Ready answers its first request, twenty times in a row', async () => {
  const statuses: number[] = []
  for (let n = 0; n < 20; n++) {
    const { host } = await deploy(client, { name: `prompt-${n}`, image })
    statuses.push((await http.get(host)).status)
    await remove(`prompt-${n}`)
  }
  expect(statuses).toEqual(Array.from({ length: 20 }, () => 200))
}, 540_000)

it('S014 S063 S064 a new template makes one revision, its name and generation counting up; nothing else makes one', async () => {
  const namesOf = async (): Promise<unknown> => {
    const { items } = await client.list(revisions, { namespace, labelSelector: 'serving.knative.dev/service=counted' })
    return items.map(({ metadata }) => [metadata.name, metadata.labels?.['serving.knative.dev/configurationGeneration']]).sort()
  }
  const sketch = { name: 'counted', image, annotations: asleep }
  await deploy(client, { ...sketch, env: { VERSION: '1' } })
  await change(client, 'counted', templateOf({ ...sketch, env: { VERSION: '1' } }))
  await change(client, 'counted', { metadata: { labels: { team: 'red' } } })
  expect(await namesOf()).toEqual([['counted-00001', '1']])
  await change(client, 'counted', templateOf({ ...sketch, env: { VERSION: '2' } }))
  await change(client, 'counted', { spec: { traffic: [{ revisionName: 'counted-00001', percent: 100 }] } })
  expect(await namesOf()).toEqual([
    ['counted-00001', '1'],
    ['counted-00002', '2']
  ])
  await remove('counted')
}, 270_000)

it('S032 S033 S031 S137 splits traffic, changes the ratio under load without an error, reaches a revision by its tag, and rolls back', async () => {
  const sketch = { name: 'split', image, annotations: { 'autoscaling.knative.dev/min-scale': '1' } }
  const one = await deploy(client, { ...sketch, env: { VERSION: '1' } })
  const two = await change(client, 'split', templateOf({ ...sketch, env: { VERSION: '2' } }))
  const share = (percent: number) => ({
    spec: {
      traffic: [
        { revisionName: one.revision, percent: 100 - percent, tag: 'old' },
        { revisionName: two.revision, percent, tag: 'new' }
      ]
    }
  })
  const counted = async (): Promise<number> => {
    let second = 0
    for (let sent = 0; sent < 500; sent++) if ((await http.get(one.host)).headers['x-revision'] === two.revision) second++
    return second
  }
  await change(client, 'split', share(10))
  // Five standard deviations of a binomial distribution with n = 500.
  expect(Math.abs((await counted()) - 50)).toBeLessThan(34)

  const load = startLoad({ port: standalone.gatewayPort, host: one.host, connections: 20, reconnect: false })
  for (const percent of [30, 70, 50]) {
    const before = load.sent()
    await change(client, 'split', share(percent))
    await until('the load goes on', async () => load.sent() > before + 200)
  }
  expect((await load.stop()).failures).toEqual([])
  expect(Math.abs((await counted()) - 250)).toBeLessThan(56)

  const [oldHost, newHost] = [`old-${one.host}`, `new-${one.host}`]
  expect(await http.get(oldHost)).toMatchObject({ status: 200, body: '1\n' })
  expect(await http.get(newHost)).toMatchObject({ status: 200, body: '2\n' })

  await change(client, 'split', { spec: { traffic: [{ revisionName: one.revision, percent: 100 }] } })
  for (let sent = 0; sent < 50; sent++) expect((await http.get(one.host)).body).toBe('1\n')
  expect((await http.get(newHost)).status).toBe(404)
  const { items } = await client.list(revisions, { namespace, labelSelector: 'serving.knative.dev/service=split' })
  expect(items).toHaveLength(2)
  await remove('split')
}, 540_000)

it('S030 S031 S099 containerConcurrency 1 is never exceeded, and no request of a burst is lost', async () => {
  const { host } = await deploy(client, {
    name: 'single',
    image,
    containerConcurrency: 1,
    annotations: { ...quick, 'autoscaling.knative.dev/max-scale': '4' }
  })
  const answers = await Promise.all(Array.from({ length: 40 }, () => http.get(host, '/?sleep=100')))
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 40 }, () => 200))
  for (let sent = 0; sent < 8; sent++) expect(await http.get(host, '/most')).toMatchObject({ status: 200, body: '1' })
  await remove('single')
}, 360_000)

it('S068 S172 scales by requests a second, within min-scale and max-scale', async () => {
  const { host, revision } = await deploy(client, {
    name: 'rate',
    image,
    annotations: {
      ...quick,
      'autoscaling.knative.dev/metric': 'rps',
      'autoscaling.knative.dev/target': '10',
      'autoscaling.knative.dev/min-scale': '1',
      'autoscaling.knative.dev/max-scale': '3'
    }
  })
  await scaledTo(client, revision, 1)
  const load = startLoad({ port: standalone.gatewayPort, host, connections: 4, path: '/?sleep=40', reconnect: false })
  await scaledTo(client, revision, 3)
  expect((await replicasOf(client, revision)).wanted).toBe(3)
  expect((await load.stop()).failures).toEqual([])
  await scaledTo(client, revision, 1)
  await remove('rate')
}, 540_000)

it('S026 S173 variables, ConfigMaps, Secrets and volumes reach the container', async () => {
  const metadata = { name: 'given', namespace }
  await client.create(configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { colour: 'green', 'settings.ini': 'a=1' } })
  await client.create(secrets, { apiVersion: 'v1', kind: 'Secret', metadata, stringData: { word: 'open sesame' } })
  const plain = serviceOf({ name: 'given', image })
  const container = {
    image,
    env: [
      { name: 'PLAIN', value: 'text' },
      { name: 'COLOUR', valueFrom: { configMapKeyRef: { name: 'given', key: 'colour' } } },
      { name: 'WORD', valueFrom: { secretKeyRef: { name: 'given', key: 'word' } } }
    ],
    volumeMounts: [
      { name: 'settings', mountPath: '/etc/settings' },
      { name: 'words', mountPath: '/etc/words' }
    ]
  }
  const volumes = [
    { name: 'settings', configMap: { name: 'given' } },
    { name: 'words', secret: { secretName: 'given' } }
  ]
  await client.create(knativeServices, { ...plain, spec: { template: { spec: { containers: [container], volumes } } } } as Service)
  const host = hostOf(await readyService(client, 'given'))
  const seen = async (path: string): Promise<string> => (await http.get(host, path)).body
  expect(await Promise.all(['PLAIN', 'COLOUR', 'WORD', 'PORT', 'K_SERVICE'].map((name) => seen(`/env/${name}`)))).toEqual([
    'text',
    'green',
    'open sesame',
    '8080',
    'given'
  ])
  expect(await seen('/file?path=/etc/settings/settings.ini')).toBe('a=1')
  expect(await seen('/file?path=/etc/words/word')).toBe('open sesame')
  await remove('given')
}, 180_000)

it('S015 S062 deleting a Service removes everything that was made for it', async () => {
  await deploy(client, { name: 'whole', image })
  const kinds = [knativeServices, configurations, revisions, routes, podAutoscalers, serverlessServices, ingresses] as const
  const rest = [deployments, services, endpointSlices, pods] as const
  const left = async (): Promise<string[]> => {
    const found: string[] = []
    for (const kind of [...kinds, ...rest]) {
      const { items } = await client.list(kind as typeof pods, { namespace })
      found.push(
        ...items.filter(({ metadata }) => metadata.name?.startsWith('whole')).map(({ metadata }) => `${kind.plural}/${metadata.name}`)
      )
    }
    return found
  }
  const made = new Set((await left()).map((one) => one.split('/')[0]))
  expect([...made].sort()).toEqual([...new Set([...kinds, ...rest].map(({ plural }) => plural))].sort())
  await remove('whole')
  await until(
    'nothing is left of it',
    async () => {
      const found = await left()
      if (found.length > 0) throw new Error(found.join(', '))
      return true
      // A queue-proxy that is told to end goes on for 30 s after its last request, as upstream's does.
    },
    180_000
  )
}, 360_000)

it.each([
  ['Configuration', configurations, 'mended'],
  ['Route', routes, 'mended'],
  ['Ingress', ingresses, 'mended'],
  ['placeholder Service', services, 'mended'],
  ['Deployment', deployments, 'mended-00001-deployment'],
  ['PodAutoscaler', podAutoscalers, 'mended-00001'],
  ['ServerlessService', serverlessServices, 'mended-00001'],
  ['public Service', services, 'mended-00001']
])(
  'S016 S138 a %s that is deleted by hand is made again, and the Service answers',
  async (_, resource, name) => {
    await client.get(knativeServices, { namespace, name: 'mended' }).catch(async (error: unknown) => {
      if (!isNotFound(error)) throw error
      await deploy(client, { name: 'mended', image, annotations: { 'autoscaling.knative.dev/min-scale': '1' } })
    })
    const kind = resource as typeof services
    const { metadata } = await client.get(kind, { namespace, name })
    await client.delete(kind, { namespace, name })
    await until(`${name} is made again`, async () => {
      const { metadata: now } = await client.get(kind, { namespace, name })
      return now.uid !== metadata.uid && now.deletionTimestamp === undefined
    })
    const service = await readyService(client, 'mended')
    expect(await until('it answers', async () => (await http.get(hostOf(service), '/', 5_000)).status === 200)).toBe(true)
  },
  180_000
)

it('S016 an Ingress and a PodAutoscaler that are edited by hand are put right', async () => {
  const name = 'mended-00001'
  await client.patch(podAutoscalers, { namespace, name }, { type: 'merge', body: { spec: { containerConcurrency: 77 } } })
  await client.patch(ingresses, { namespace, name: 'mended' }, { type: 'merge', body: { spec: { httpOption: 'Redirected' } } })
  const mended = until('both say again what they said', async () => {
    const { spec } = await client.get(podAutoscalers, { namespace, name })
    const ingress = await client.get(ingresses, { namespace, name: 'mended' })
    return (spec.containerConcurrency ?? 0) === 0 && ingress.spec.httpOption === 'Enabled'
  })
  expect(await mended).toBe(true)
  await remove('mended')
}, 180_000)

it('S026 a cluster-local Service is reached inside, and not from outside', async () => {
  const sketch = serviceOf({ name: 'inner', image })
  const labels = { 'networking.knative.dev/visibility': 'cluster-local' }
  await client.create(knativeServices, { ...sketch, metadata: { ...sketch.metadata, labels } })
  const { status } = await readyService(client, 'inner')
  expect(status?.url).toBe('http://inner.default.svc.cluster.local')
  for (const host of ['inner.default.localhost', 'inner.default.svc.cluster.local']) expect((await http.get(host)).status).toBe(404)
  const { spec } = await client.get(services, { namespace: 'knative-serving', name: 'gateway-internal' })
  const answer = await new Promise<number>((resolve, reject) => {
    const headers = { host: 'inner.default.svc.cluster.local' }
    const sent = request({ host: spec?.clusterIP, port: 80, headers, timeout: 30_000 }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    sent.on('timeout', () => sent.destroy(new Error('no answer')))
    sent.on('error', reject)
    sent.end()
  })
  expect(answer).toBe(200)
  await remove('inner')
}, 180_000)

it('a change of config-autoscaler works at once', async () => {
  const { revision } = await deploy(client, { name: 'live', image, annotations: quick })
  await settings('config-autoscaler', { 'min-scale': '2' })
  expect(await scaledTo(client, revision, 2)).toBe(true)
  await settings('config-autoscaler', { 'min-scale': '0' })
  await scaledTo(client, revision, 0)
  await remove('live')
}, 450_000)

it('no role asked for anything that its ServiceAccount may not do', () => {
  const refused = standalone
    .output()
    .split('\n')
    .filter((line) => line.includes('refused: ') && line.includes('system:serviceaccount:knative-serving:'))
  expect(refused).toEqual([])
})
