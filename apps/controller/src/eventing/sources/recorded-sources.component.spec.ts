/** The cases of sources that were recorded of upstream, through our reconcilers, and sources whose sink is not there. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { conditionOf, eventTypes, sinkBindings, type KubeObject, type Resource } from '@knative-ts/api'
import { deployments, events as k8sEvents, namespaces, services, type Deployment } from '@knative-ts/api/kubernetes'
import { eventually } from '@knative-ts/testing'
import { pingAdapter } from './ping-source/ping-source.reconciler.ts'
import { find, isTrue, kinds, makeAvailable, scene, sceneWith, sink, sinkRef, texts, told, type Object } from './source-scene.fixture.ts'

interface Recorded {
  readonly manifests: readonly Object[]
  readonly objects: Record<string, readonly Object[]>
  readonly events: readonly {
    readonly type: string
    readonly reason: string
    readonly message: string
    readonly kind: string
    readonly component: string
  }[]
}
const recorded = JSON.parse(
  readFileSync(new URL('sources.recorded.json', import.meta.url), 'utf8').replaceAll('NAMESPACE', 'default')
) as Record<string, Recorded>

describe('recorded of upstream', () => {
  it.each(['pingsource', 'apiserversource', 'sinkbinding'])('%s: the same conditions, status and Events', async (name) => {
    await sceneWith()
    const { manifests, objects, events: wanted } = recorded[name]!
    for (const manifest of manifests) {
      const resource = kinds[manifest.kind]
      if (resource === undefined) continue
      const stored = Object.values(objects)
        .flat()
        .find(({ kind, metadata }) => kind === manifest.kind && metadata.name === manifest.metadata.name)
      const spec = manifest.kind === 'Deployment' ? manifest.spec : (stored?.spec ?? manifest.spec)
      await scene.cluster.client.create(resource, {
        ...manifest,
        metadata: { name: manifest.metadata.name ?? '', namespace: 'default' },
        spec
      } as KubeObject)
    }
    const [path, [theirs]] = Object.entries(objects).find(([key]) => key.startsWith('sources.')) as [string, [Object]]
    const resource = kinds[theirs.kind]!
    if (name === 'pingsource') {
      await eventually(() => scene.cluster.find(deployments, `knative-eventing/${pingAdapter}`)?.spec?.replicas === 1, 'the adapter')
      makeAvailable(pingAdapter, 'knative-eventing')
    }
    if (name === 'apiserversource') {
      const child = await eventually(
        () => scene.cluster.all(deployments).find(({ metadata }) => metadata.namespace === 'default'),
        'the adapter'
      )
      makeAvailable(child.metadata.name ?? '')
    }
    const ours = await eventually(() => {
      const object = find(resource, 'hello')
      return isTrue(object) && object
    }, `${path} is ready`)
    expect(texts(ours)).toEqual(texts(theirs))
    expect(ours.metadata.finalizers).toEqual(theirs.metadata.finalizers)
    const plain = (object: Object): string => {
      const { conditions: _conditions, observedGeneration: _generation, ...rest } = object.status ?? {}
      return JSON.stringify(rest, Object.keys(rest).concat('type', 'source').toSorted()).replaceAll(/https:[^"]*/g, 'API')
    }
    expect(plain(ours)).toBe(plain(theirs))
    // What the adapter says is its own. Upstream lost a race, and wrote a Deployment eleven times.
    const others = /^PingSourceS|^ApiServerSourceDeploymentUpdated$/
    const ofController = wanted.filter(({ reason, type }) => type === 'Normal' && !others.test(reason))
    for (const { type, reason, kind } of ofController)
      await eventually(() => told().includes(`${type} ${reason} ${kind}`), `${reason} in ${told().join()}`)

    const types = objects['eventing.knative.dev/v1beta2/eventtypes'] ?? []
    await eventually(() => scene.cluster.all(eventTypes).length === types.length, 'its EventTypes')
    const facts = ({ metadata, spec }: Object): unknown => ({
      labels: metadata.labels,
      owner: metadata.ownerReferences?.map(({ kind, name: owner, controller }) => [kind, owner, controller]),
      spec: { ...spec, source: String(spec['source']).replace(/^https:.*/, 'API') }
    })
    const byType = (list: readonly Object[]): unknown[] =>
      list.map(facts).toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
    expect(byType(scene.cluster.all(eventTypes) as unknown as Object[])).toEqual(byType(types))
  })

  it('sinkbinding: the subject is told, and what was told goes with the binding', async () => {
    const { manifests, objects } = recorded['sinkbinding']!
    const [, deployment, binding] = manifests
    await sceneWith(sink, { ...deployment!, metadata: { name: 'hello', namespace: 'default' } })
    await scene.cluster.client.create(sinkBindings as Resource, { ...binding!, metadata: { name: 'hello', namespace: 'default' } })
    const env = () => scene.cluster.find(deployments, 'default/hello')?.spec?.template.spec?.containers[0]?.env
    await eventually(() => env() !== undefined, 'variables')
    expect(env()).toEqual((objects['apps/v1/deployments']![0] as unknown as Deployment).spec?.template.spec?.containers[0]?.env)
    await eventually(() => isTrue(find(sinkBindings, 'hello')), 'a binding that is ready')
    expect(scene.cluster.find(namespaces, { namespace: '', name: 'default' })?.metadata.labels).toEqual({
      'bindings.knative.dev/include': 'true'
    })

    await scene.cluster.client.delete(sinkBindings, { namespace: 'default', name: 'hello' })
    await eventually(() => find(sinkBindings, 'hello') === undefined, 'the binding is gone')
    expect(env()).toBeUndefined()
  })
})

describe('a source without a sink', () => {
  it.each([
    ['PingSource', { schedule: '* * * * *' }],
    ['ApiServerSource', { resources: [{ apiVersion: 'v1', kind: 'Pod' }] }],
    ['SinkBinding', { subject: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'x', namespace: 'default' } }]
  ])('%s says so, and heals when it comes', async (kind, spec) => {
    await sceneWith()
    const resource = kinds[kind]!
    const metadata = { name: 'hello', namespace: 'default' }
    await scene.cluster.client.create(resource, {
      apiVersion: 'sources.knative.dev/v1',
      kind,
      metadata,
      spec: { ...spec, sink: sinkRef }
    } as KubeObject)
    const provided = () => conditionOf(find(resource, 'hello')?.status?.conditions ?? [], 'SinkProvided')
    await eventually(() => provided()?.status === 'False', 'a word about the sink')
    expect(provided()).toMatchObject({ reason: 'NotFound', message: expect.stringContaining('services "sink" not found') })
    await eventually(() => told().includes(`Warning SinkNotFound ${kind}`), 'an Event')
    const words = scene.cluster
      .all(k8sEvents)
      .find(({ reason, involvedObject }) => reason === 'SinkNotFound' && involvedObject?.kind === kind)?.message
    expect(words).toBe('Sink not found: {"ref":{"kind":"Service","namespace":"default","name":"sink","apiVersion":"v1"}}')
    await scene.cluster.client.create(services as Resource, sink)
    await eventually(() => provided()?.status === 'True', 'the sink is found')
    expect(find(resource, 'hello')?.status?.['sinkUri']).toBe('http://sink.default.svc.cluster.local')
  })
})
