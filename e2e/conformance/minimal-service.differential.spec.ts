/** S014 S015 S016: every object behind one minimal Service, against what a real installation of upstream made of it, field by field. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { knativeServices, type KubeObject, revisions, type Service } from '@knative-ts/api'
import { namespaces, type Namespace } from '@knative-ts/api/kubernetes'
import { isReady } from '@knative-ts/api'
import { parse } from 'yaml'
import { root, startStandalone, type StandaloneProcess } from '../rig/standalone-process.ts'
import { until } from '../rig/until.ts'
import { comparedKinds, differences, normalised, oursIn, theirs, type Replacement } from './recorded-objects.ts'

interface Recording {
  readonly manifests: readonly Service[]
  readonly objects: Readonly<Record<string, readonly KubeObject[]>>
}

const recording = parse(readFileSync(join(root, 'e2e/conformance/minimal.recorded.yaml'), 'utf8')) as Recording
const namespace = 'recorded'

const ours = oursIn(namespace)

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
    // The revision is the last to be told.
    const revision = await standalone.client.get(revisions, { namespace, name: 'hello-00001' })
    return isReady(await standalone.client.get(knativeServices, key)) && revision.status?.desiredReplicas === 1
  })
}, 270_000)

afterAll(() => standalone?.stop(), 180_000)

it.each(comparedKinds)('%s are equal to the recorded ones', async (name, resource) => {
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
