/** Sources through the controller on a fake cluster: the cases that were recorded of upstream, and what they did not show. */
import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from '@jest/globals'
import {
  apiServerSources,
  conditionOf,
  containerSources,
  eventTypes,
  keyOf,
  pingSources,
  sinkBindings,
  type Condition,
  type KubeObject,
  type Resource
} from '@knative-ts/api'
import { customResourceDefinitions as ourDefinitions } from '@knative-ts/api/crds'
import {
  configMaps,
  deployments,
  events,
  jobs,
  namespaces,
  services,
  subjectAccessReviews,
  type Deployment
} from '@knative-ts/api/kubernetes'
import { eventually } from '@knative-ts/testing'
import { eventingConfigMap, eventingScene, type EventingScene } from '../testing/eventing-scene.ts'
import { pingAdapter } from './ping-source/ping-source.reconciler.ts'

type Object = KubeObject & { spec: Record<string, unknown>; status?: Record<string, unknown> & { conditions?: Condition[] } }
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

const kinds: Record<string, Resource> = {
  Service: services,
  Deployment: deployments,
  PingSource: pingSources,
  ApiServerSource: apiServerSources,
  ContainerSource: containerSources,
  SinkBinding: sinkBindings
}
const texts = (object: Object | undefined): string[] =>
  (object?.status?.conditions ?? [])
    .map(({ type, status, reason = '', message = '' }) => `${type}=${status} ${reason}: ${message}`)
    .toSorted()

let scene: EventingScene
afterEach(() => scene.close())

const namespace = (name: string, labels: Record<string, string> = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels }
})
const sink: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'sink', namespace: 'default' },
  spec: { ports: [{ port: 80 }] }
} as KubeObject
const sinkRef = { ref: { apiVersion: 'v1', kind: 'Service', name: 'sink' } }
const adapter = (replicas: number): Deployment =>
  ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: pingAdapter, namespace: 'knative-eventing', generation: 1 },
    spec: { replicas, selector: {}, template: { spec: { containers: [{ name: 'c' }] } } }
  }) as Deployment

/** As the Deployment controller: what is asked for is there. */
function makeAvailable(name: string, ns = 'default', status: 'True' | 'False' = 'True'): void {
  const found = scene.cluster.find(deployments, `${ns}/${name}`)
  if (found === undefined) throw new Error(`there is no Deployment ${name}`)
  const { generation } = found.metadata
  const failing = { reason: 'MinimumReplicasUnavailable', message: 'Deployment does not have minimum availability.' }
  const condition = { type: 'Available', status, ...(status === 'False' && failing) }
  scene.cluster.put({
    ...found,
    status: { ...(generation !== undefined && { observedGeneration: generation }), conditions: [condition] }
  } as Deployment)
}

/** The fake cluster answers reviews as it is asked: allowed. */
const allowing = (allowed: boolean): void => {
  const { client } = scene.cluster
  const create = client.create.bind(client)
  client.create = (async (resource: Resource, object: KubeObject, ...rest: []) =>
    resource.plural === subjectAccessReviews.plural
      ? { ...object, status: { allowed } }
      : create(resource, object, ...rest)) as typeof client.create
}

async function sceneWith(...objects: KubeObject[]): Promise<void> {
  scene = await eventingScene([namespace('default'), adapter(0), ...(ourDefinitions() as KubeObject[]), ...objects])
  allowing(true)
}

const find = (resource: Resource, name: string, ns = 'default'): Object | undefined =>
  scene.cluster.find(resource, `${ns}/${name}`) as Object | undefined
const isTrue = (object: Object | undefined): boolean => conditionOf(object?.status?.conditions ?? [], 'Ready')?.status === 'True'
const told = (): string[] => scene.cluster.all(events).map(({ type, reason, involvedObject }) => `${type} ${reason} ${involvedObject.kind}`)

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
    await scene.cluster.client.create(services as Resource, sink)
    await eventually(() => provided()?.status === 'True', 'the sink is found')
    expect(find(resource, 'hello')?.status?.['sinkUri']).toBe('http://sink.default.svc.cluster.local')
  })
})

describe('a PingSource', () => {
  it('is deployed as the adapter is', async () => {
    await sceneWith(sink)
    const source = {
      apiVersion: 'sources.knative.dev/v1',
      kind: 'PingSource',
      metadata: { name: 'hello', namespace: 'default' },
      spec: { sink: sinkRef }
    }
    await scene.cluster.client.create(pingSources as Resource, source as KubeObject)
    const deployed = () => conditionOf(find(pingSources, 'hello')?.status?.conditions ?? [], 'Deployed')
    await eventually(() => deployed()?.reason === 'DeploymentUnavailable', 'a word about the adapter')
    makeAvailable(pingAdapter, 'knative-eventing', 'False')
    await eventually(() => deployed()?.status === 'False', 'the adapter is not available')
    expect(deployed()).toMatchObject({ reason: 'MinimumReplicasUnavailable' })
    makeAvailable(pingAdapter, 'knative-eventing')
    await eventually(() => isTrue(find(pingSources, 'hello')), 'ready')
    await scene.cluster.client.delete(pingSources, { namespace: 'default', name: 'hello' })
    await eventually(
      () => find(pingSources, 'hello') === undefined && scene.cluster.all(eventTypes).length === 0,
      'gone with its EventTypes'
    )
  })
})

describe('an ApiServerSource', () => {
  const source = (spec: object = {}, annotations: Record<string, string> = {}): KubeObject =>
    ({
      apiVersion: 'sources.knative.dev/v1',
      kind: 'ApiServerSource',
      metadata: { name: 'hello', namespace: 'default', annotations },
      spec: { resources: [{ apiVersion: 'apps/v1', kind: 'Deployment', selector: { matchLabels: { a: 'b' } } }], sink: sinkRef, ...spec }
    }) as KubeObject
  const config = (): Record<string, unknown> | undefined => {
    const child = scene.cluster.all(deployments).find(({ metadata }) => metadata.namespace === 'default')
    const value = child?.spec?.template.spec?.containers[0]?.env?.find(({ name }) => name === 'K_SOURCE_CONFIG')?.value
    return value === undefined ? undefined : (JSON.parse(value) as Record<string, unknown>)
  }

  it('without permissions says which, and runs nothing', async () => {
    await sceneWith(sink)
    allowing(false)
    await scene.cluster.client.create(apiServerSources as Resource, source({ serviceAccountName: 'watcher' }))
    const permitted = () => conditionOf(find(apiServerSources, 'hello')?.status?.conditions ?? [], 'SufficientPermissions')
    await eventually(() => permitted()?.status === 'False', 'a word about permissions')
    expect(permitted()?.message).toBe(
      'User system:serviceaccount:default:watcher cannot ' +
        ['get', 'list', 'watch'].map((verb) => `${verb} resource "deployments" in API group "apps" in Namespace "default"`).join(', ')
    )
    expect(config()).toBeUndefined()
  })

  it('that skips the check watches all the same, and ends when it may not', async () => {
    await sceneWith(sink)
    allowing(false)
    await scene.cluster.client.create(
      apiServerSources as Resource,
      source({}, { 'features.knative.dev/apiserversource-skip-permissions-check': 'true' })
    )
    expect(await eventually(config, 'the adapter')).toMatchObject({ failFast: true })
  })

  it('is told to report failures when config-observability says so', async () => {
    await sceneWith(sink)
    await scene.cluster.client.create(apiServerSources as Resource, source())
    const reports = (): boolean =>
      scene.cluster
        .all(deployments)
        .flatMap(({ spec }) => spec?.template.spec?.containers[0]?.env ?? [])
        .some(({ name, value }) => name === 'K_OBSERVABILITY_CONFIG' && value === '{"enableSinkEventErrorReporting":true}')
    await eventually(config, 'the adapter')
    expect(reports()).toBe(false)
    await scene.cluster.client.create(
      configMaps as Resource,
      eventingConfigMap('config-observability', { 'sink-event-error-reporting.enable': 'true' })
    )
    await eventually(reports, 'the adapter is told')
  })

  it('watches the namespaces that its selector selects, also those that come later', async () => {
    await sceneWith(sink, namespace('one', { team: 'a' }), namespace('two'))
    await scene.cluster.client.create(
      apiServerSources as Resource,
      source({ namespaceSelector: { matchLabels: { team: 'a' } }, mode: 'Resource' })
    )
    await eventually(() => (config()?.['namespaces'] as string[] | undefined)?.join() === 'one', 'one namespace')
    await scene.cluster.client.create(namespaces as Resource, namespace('three', { team: 'a' }))
    await eventually(() => (config()?.['namespaces'] as string[] | undefined)?.join() === 'one,three', 'both namespaces')
    await eventually(
      () => (find(apiServerSources, 'hello')?.status?.['namespaces'] as string[] | undefined)?.length === 2,
      'told in the status'
    )
    expect(config()).toMatchObject({
      mode: 'Resource',
      allNamespaces: false,
      resources: [{ gvr: { Group: 'apps', Version: 'v1', Resource: 'deployments' }, selector: 'a=b' }]
    })
    const changed = scene.cluster.find(apiServerSources, 'default/hello')!
    await scene.cluster.client.update(apiServerSources, { ...changed, spec: { ...changed.spec, namespaceSelector: {} } })
    await eventually(() => config()?.['allNamespaces'] === true, 'all namespaces')
    expect(config()?.['namespaces']).toEqual([''])
    await eventually(() => told().includes('Normal ApiServerSourceDeploymentUpdated ApiServerSource'), 'an Event')
  })
})

describe('a source of a kind of others', () => {
  const definition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: 'heronsources.example.com',
      labels: { 'duck.knative.dev/source': 'true' },
      annotations: { 'registry.knative.dev/eventTypes': '[{"type":"heron.seen","description":"A heron","schema":"http://s"}]' }
    },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'heronsources', kind: 'HeronSource' },
      versions: [
        { name: 'v0', served: false, storage: false },
        { name: 'v1', served: true, storage: true }
      ]
    }
  } as unknown as KubeObject
  const herons: Resource = { group: 'example.com', version: 'v1', plural: 'heronsources', kind: 'HeronSource', namespaced: true }
  const heron = (ceAttributes: object[]): KubeObject =>
    ({
      apiVersion: 'example.com/v1',
      kind: 'HeronSource',
      metadata: { name: 'pond', namespace: 'default' },
      spec: { sink: sinkRef },
      status: { ceAttributes }
    }) as KubeObject

  it('has the EventTypes that its status tells of, and loses those that it tells of no more', async () => {
    await sceneWith(sink)
    const { client } = scene.cluster
    await client.create(herons, heron([]))
    await client.create(
      {
        ...herons,
        group: 'apiextensions.k8s.io',
        plural: 'customresourcedefinitions',
        kind: 'CustomResourceDefinition',
        namespaced: false
      },
      definition
    )
    const stored = scene.cluster.find(herons, 'default/pond') as Object
    await client.updateStatus(herons, {
      ...stored,
      status: {
        ceAttributes: [
          { type: 'heron.seen', source: '/pond' },
          { type: 'heron.gone', source: '/pond' }
        ]
      }
    } as KubeObject)
    await eventually(() => scene.cluster.all(eventTypes).length === 2, 'two EventTypes')
    const seen = scene.cluster.all(eventTypes).find(({ spec }) => spec.type === 'heron.seen')
    expect(seen).toMatchObject({
      metadata: {
        labels: { 'eventing.knative.dev/sourceName': 'pond' },
        ownerReferences: [{ kind: 'HeronSource', name: 'pond', controller: true }]
      },
      spec: {
        source: '/pond',
        description: 'A heron',
        schema: 'http://s',
        reference: { kind: 'Service', name: 'sink', namespace: 'default' }
      }
    })
    await client.updateStatus(herons, {
      ...(scene.cluster.find(herons, 'default/pond') as Object),
      status: { ceAttributes: [{ type: 'heron.seen', source: '/pond' }] }
    } as KubeObject)
    await eventually(
      () =>
        scene.cluster
          .all(eventTypes)
          .map(({ spec }) => spec.type)
          .join() === 'heron.seen',
      'one EventType'
    )
  })
})

describe('a ContainerSource', () => {
  const source = {
    apiVersion: 'sources.knative.dev/v1',
    kind: 'ContainerSource',
    metadata: { name: 'hello', namespace: 'default' },
    spec: {
      sink: sinkRef,
      ceOverrides: { extensions: { a: 'b' } },
      template: { spec: { containers: [{ name: 'c', image: 'x', env: [{ name: 'OWN', value: '1' }] }] } }
    }
  } as KubeObject
  const container = () => scene.cluster.find(deployments, 'default/hello-deployment')?.spec?.template.spec?.containers[0]
  const bound = { name: 'K_SINK', value: 'http://sink.default.svc.cluster.local' }

  it('is a Deployment and a binding, whose variables outlast a change of the template', async () => {
    await sceneWith(sink)
    await scene.cluster.client.create(containerSources as Resource, source)
    await eventually(() => container()?.env?.some(({ name }) => name === 'K_SINK'), 'a bound Deployment')
    const overrides = { name: 'K_CE_OVERRIDES', value: '{"extensions":{"a":"b"}}' }
    expect(container()?.env).toEqual([{ name: 'OWN', value: '1' }, bound, overrides])
    makeAvailable('hello-deployment')
    await eventually(() => isTrue(find(containerSources, 'hello')), 'ready')
    expect(find(containerSources, 'hello')?.status?.['sinkUri']).toBe(bound.value)
    expect(texts(find(containerSources, 'hello'))).toEqual(['Ready=True : ', 'ReceiveAdapterReady=True : ', 'SinkBindingReady=True : '])

    const changed = scene.cluster.find(containerSources, 'default/hello')!
    const template = { spec: { containers: [{ name: 'c', image: 'y' }] } }
    await scene.cluster.client.update(containerSources, { ...changed, spec: { ...changed.spec, template } })
    await eventually(() => container()?.image === 'y', 'the new template')
    expect(container()?.env).toEqual([bound, overrides])
    await eventually(
      () => conditionOf(find(containerSources, 'hello')?.status?.conditions ?? [], 'ReceiveAdapterReady')?.reason === 'DeploymentUpdating',
      'updating'
    )
    // Deployment and binding are in step: nothing is written any more.
    const writes = scene.cluster.writes.filter(({ resource, effective }) => resource.plural === 'deployments' && effective).length
    makeAvailable('hello-deployment')
    await eventually(() => isTrue(find(containerSources, 'hello')), 'ready again')
    expect(scene.cluster.writes.filter(({ resource, effective }) => resource.plural === 'deployments' && effective)).toHaveLength(writes)
  })
})

describe('a SinkBinding', () => {
  const binding = (subject: object): KubeObject =>
    ({
      apiVersion: 'sources.knative.dev/v1',
      kind: 'SinkBinding',
      metadata: { name: 'hello', namespace: 'default' },
      spec: { sink: sinkRef, subject: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'default', ...subject } }
    }) as KubeObject
  const deployment = (name: string, labels: Record<string, string> = {}): KubeObject =>
    ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace: 'default', labels },
      spec: { selector: {}, template: { spec: { containers: [{ name: 'c' }] } } }
    }) as KubeObject
  const isBound = (name: string): boolean =>
    scene.cluster.find(deployments, `default/${name}`)?.spec?.template.spec?.containers[0]?.env?.[0]?.name === 'K_SINK'

  it('waits for a subject by name', async () => {
    await sceneWith(sink)
    await scene.cluster.client.create(sinkBindings as Resource, binding({ name: 'late' }))
    const available = () => conditionOf(find(sinkBindings, 'hello')?.status?.conditions ?? [], 'SinkBindingAvailable')
    await eventually(() => available()?.reason === 'SubjectMissing', 'a word about the subject')
    expect(available()).toMatchObject({ status: 'False', message: 'deployments.apps "late" not found' })
    await scene.cluster.client.create(deployments as Resource, deployment('late'))
    await eventually(() => isBound('late') && isTrue(find(sinkBindings, 'hello')), 'bound')
  })

  it('binds every subject by labels, and again what lost it', async () => {
    await sceneWith(sink, deployment('one', { app: 'x' }), deployment('two', { app: 'y' }))
    await scene.cluster.client.create(sinkBindings as Resource, binding({ selector: { matchLabels: { app: 'x' } } }))
    await eventually(() => isBound('one'), 'the first')
    await scene.cluster.client.create(deployments as Resource, deployment('three', { app: 'x' }))
    await eventually(() => isBound('three'), 'one that came later')
    const one = scene.cluster.find(deployments, 'default/one')!
    await scene.cluster.client.update(deployments, { ...deployment('one', { app: 'x' }), metadata: one.metadata } as Deployment)
    await eventually(() => isBound('one'), 'the first again')
    expect(isBound('two')).toBe(false)
  })

  it('leaves Jobs that are there alone', async () => {
    const job = { ...deployment('job'), apiVersion: 'batch/v1', kind: 'Job' } as KubeObject
    await sceneWith(sink, job)
    const raw = scene.cluster.client.raw.bind(scene.cluster.client)
    scene.cluster.client.raw = async (request) =>
      request.path === '/apis/batch/v1'
        ? { status: 200, headers: {}, body: JSON.stringify({ resources: [{ name: 'jobs', kind: 'Job', namespaced: true }] }) }
        : raw(request)
    await scene.cluster.client.create(sinkBindings as Resource, binding({ apiVersion: 'batch/v1', kind: 'Job', name: 'job' }))
    await eventually(() => isTrue(find(sinkBindings, 'hello')), 'ready')
    expect(JSON.stringify(scene.cluster.find(jobs, keyOf(job)))).not.toContain('K_SINK')
  })
})
