/** The main job of the product, as its users meet it: through the API server and the gateway alone. */
import { expect, it } from '@jest/globals'
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
import { imageOf, namedInstallation } from '../rig/installation.ts'
import { hostOf, serviceOf } from '../rig/knative-service.ts'
import { usePlatform } from '../rig/platform.ts'
import { until } from '../rig/until.ts'

const image = imageOf('inspector')
const quick = { 'autoscaling.knative.dev/window': '6s' }
const platform = usePlatform('deploying')

it('S001 S024 S029 answers, sleeps when nobody asks, and answers again from zero', async () => {
  const { user, http } = platform
  const { host, revision } = await user.deploy({ name: 'zero', image, annotations: quick })
  expect(await http.get(host)).toMatchObject({ status: 200, headers: { 'x-revision': revision } })
  await user.scaledTo(revision, 0)
  expect(await http.get(host)).toMatchObject({ status: 200, headers: { 'x-revision': revision } })
  expect((await user.podsOf(revision)).length).toBeGreaterThan(0)
  await user.remove('zero')
}, 720_000)

// A cluster's nodes take seconds for each pod.
const times = namedInstallation() === undefined ? 20 : 8

it(`S031 a Service that is Ready answers its first request, ${times} times`, async () => {
  const { user, http } = platform
  const first = async (name: string): Promise<number> => {
    const { host } = await user.deploy({ name, image })
    const { status } = await http.get(host)
    await user.remove(name)
    return status
  }
  const statuses: number[] = []
  for (let round = 0; round < times / 4; round++)
    statuses.push(...(await Promise.all(Array.from({ length: 4 }, (_, n) => first(`prompt-${round}-${n}`)))))
  expect(statuses).toEqual(Array.from({ length: times }, () => 200))
}, 540_000)

it('S026 S173 variables, ConfigMaps, Secrets and volumes reach the container', async () => {
  const { client, namespace, user, http } = platform
  const metadata = { name: 'given', namespace }
  await client.create(configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { colour: 'green', 'settings.ini': 'a=1' } })
  await client.create(secrets, { apiVersion: 'v1', kind: 'Secret', metadata, stringData: { word: 'open sesame' } })
  const plain = serviceOf({ name: 'given', namespace, image })
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
  const host = hostOf(await user.ready('given'))
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
  await user.remove('given')
}, 180_000)

it('S015 S062 deleting a Service removes everything that was made for it', async () => {
  const { client, namespace, user } = platform
  await user.deploy({ name: 'whole', image })
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
  await user.remove('whole')
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
    const { client, namespace, user, http } = platform
    await client.get(knativeServices, { namespace, name: 'mended' }).catch(async (error: unknown) => {
      if (!isNotFound(error)) throw error
      await user.deploy({ name: 'mended', image, annotations: { 'autoscaling.knative.dev/min-scale': '1' } })
    })
    const kind = resource as typeof services
    // What was made for the object that the row before has deleted may be on its way out and back, and may go between the look and the deletion.
    const { metadata } = await until(`${name} is there to be deleted`, async () => {
      const found = await client.get(kind, { namespace, name })
      if (found.metadata.deletionTimestamp !== undefined) return false
      await client.delete(kind, { namespace, name })
      return found
    })
    await until(`${name} is made again`, async () => {
      const { metadata: now } = await client.get(kind, { namespace, name })
      return now.uid !== metadata.uid && now.deletionTimestamp === undefined
    })
    const service = await user.ready('mended')
    expect(await until('it answers', async () => (await http.get(hostOf(service), '/', 5_000)).status === 200)).toBe(true)
  },
  180_000
)

it('S016 an Ingress and a PodAutoscaler that are edited by hand are put right', async () => {
  const { client, namespace, user } = platform
  const name = 'mended-00001'
  await client.patch(podAutoscalers, { namespace, name }, { type: 'merge', body: { spec: { containerConcurrency: 77 } } })
  await client.patch(ingresses, { namespace, name: 'mended' }, { type: 'merge', body: { spec: { httpOption: 'Redirected' } } })
  const mended = until('both say again what they said', async () => {
    const { spec } = await client.get(podAutoscalers, { namespace, name })
    const ingress = await client.get(ingresses, { namespace, name: 'mended' })
    return (spec.containerConcurrency ?? 0) === 0 && ingress.spec.httpOption === 'Enabled'
  })
  expect(await mended).toBe(true)
  await user.remove('mended')
}, 180_000)

// On a cluster its audit log tells.
if (namedInstallation() === undefined) {
  it('no role of the standalone asked for anything that its ServiceAccount may not do', () => {
    const lines = platform.standalone?.output().split('\n') ?? []
    expect(lines).not.toEqual([])
    expect(lines.filter((line) => line.includes('refused: ') && line.includes('system:serviceaccount:knative-serving:'))).toEqual([])
  })
}
