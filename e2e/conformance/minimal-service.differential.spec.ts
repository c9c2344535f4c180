/** S014 S015 S016: every object behind one minimal Service, against what a real installation of upstream made of it, field by field. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import {
  configurations,
  images,
  ingresses,
  knativeServices,
  metrics,
  podAutoscalers,
  revisions,
  routes,
  serverlessServices,
  type KubeObject,
  type Resource,
  type Service
} from '@knative-ts/api'
import { deployments, namespaces, services, type Namespace } from '@knative-ts/api/kubernetes'
import { isReady } from '@knative-ts/api'
import { parse } from 'yaml'
import { root, startStandalone, type StandaloneProcess } from '../rig/standalone-process.ts'
import { until } from '../rig/until.ts'
import { differences, normalised, type Replacement } from './recorded-objects.ts'

interface Recording {
  readonly manifests: readonly Service[]
  readonly objects: Readonly<Record<string, readonly KubeObject[]>>
}

const recording = parse(readFileSync(join(root, 'e2e/conformance/minimal.recorded.yaml'), 'utf8')) as Recording
const namespace = 'recorded'

const ours: Replacement[] = [
  { pattern: /kubernetes-admin/g, by: 'admin' },
  { pattern: /gateway-internal\.knative-serving/g, by: 'INTERNAL' },
  { pattern: /gateway\.knative-serving/g, by: 'PUBLIC' },
  { pattern: /gateway\.ingress\.networking/g, by: 'CLASS.ingress.networking' },
  { pattern: /localhost:\d+/g, by: 'DOMAIN' },
  { pattern: /\.localhost/g, by: '.DOMAIN' },
  { pattern: /dev\.local\/knative-ts\/queue-proxy:[0-9.]+/g, by: 'QUEUE' },
  { pattern: new RegExp(namespace, 'g'), by: 'NAMESPACE' },
  { pattern: /10\.\d+\.\d+\.\d+/g, by: 'IP' },
  { pattern: /(hello-00001-deployment-)[0-9a-z]+/g, by: '$1HASH' },
  { pattern: /"[0-9]{4}-[0-9-]+T[0-9:]+Z"|^[0-9]{4}-[0-9-]+T[0-9:]+Z$/g, by: 'T' }
]
const theirs: Replacement[] = [
  { pattern: /kourier-internal\.kourier-system/g, by: 'INTERNAL' },
  { pattern: /kourier\.kourier-system/g, by: 'PUBLIC' },
  { pattern: /kourier\.ingress\.networking/g, by: 'CLASS.ingress.networking' },
  { pattern: /example\.com/g, by: 'DOMAIN' },
  { pattern: /dev\.local\/queue:v1/g, by: 'QUEUE' },
  { pattern: /IP-\d+/g, by: 'IP' }
]

/** What differs on purpose, by kind and path; each with its reason. */
const onPurpose: Readonly<Record<string, readonly RegExp[]>> = {
  // The hash is upstream's own function of its own Go structs; nobody reads it but the controller that wrote it.
  deployments: [
    /deployment-hash/,
    // The recording ran with a progress deadline of 120 s in config-deployment.
    /progressDeadlineSeconds/
  ],
  // The number of activators is written twice, not three times: fewer writes.
  serverlessservices: [/\.generation/, /observedGeneration/]
}

let standalone: StandaloneProcess

beforeAll(async () => {
  standalone = await startStandalone({ args: ['--images', join(root, 'e2e/images')] })
  await standalone.client.create<Namespace>(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } } as Namespace)
  const [manifest] = recording.manifests
  if (manifest === undefined) throw new Error('the recording has no manifest')
  await standalone.client.create(knativeServices, { ...manifest, metadata: { ...manifest.metadata, namespace } })
  await until('the Service is ready and its load is known', async () => {
    const key = { namespace, name: 'hello' }
    const pa = await standalone.client.get(podAutoscalers, { namespace, name: 'hello-00001' })
    return isReady(await standalone.client.get(knativeServices, key)) && pa.status?.desiredScale === 1
  })
}, 90_000)

afterAll(() => standalone?.stop(), 60_000)

const kinds: [string, Resource][] = [
  ['serving.knative.dev/v1/services', knativeServices],
  ['serving.knative.dev/v1/configurations', configurations],
  ['serving.knative.dev/v1/revisions', revisions],
  ['serving.knative.dev/v1/routes', routes],
  ['autoscaling.internal.knative.dev/v1alpha1/podautoscalers', podAutoscalers],
  ['autoscaling.internal.knative.dev/v1alpha1/metrics', metrics],
  ['networking.internal.knative.dev/v1alpha1/serverlessservices', serverlessServices],
  ['networking.internal.knative.dev/v1alpha1/ingresses', ingresses],
  ['caching.internal.knative.dev/v1alpha1/images', images],
  ['apps/v1/deployments', deployments],
  ['v1/services', services]
]

it.each(kinds)('%s are equal to the recorded ones', async (name, resource) => {
  const recorded = recording.objects[name] ?? []
  const { items } = await standalone.client.list(resource, { namespace })
  const byName = (objects: readonly KubeObject[]): KubeObject[] =>
    objects.toSorted((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1))
  expect(byName(items).map(({ metadata }) => metadata.name)).toEqual(byName(recorded).map(({ metadata }) => metadata.name))
  const form = (objects: readonly KubeObject[], replacements: readonly Replacement[]) => {
    const uids = new Map<string, string>()
    return byName(objects).map((object) => normalised({ ...object, apiVersion: '', kind: '' }, uids, replacements))
  }
  const [left, right] = [form(items, ours), form(recorded, theirs)]
  const accepted = onPurpose[resource.plural] ?? []
  const found = left.flatMap((object, index) => differences(object, right[index], byName(recorded)[index]?.metadata.name))
  expect(found.filter((difference) => !accepted.some((pattern) => pattern.test(difference)))).toEqual([])
})
