/** PingSources, ApiServerSources and sources of kinds of others, through the controller on a fake cluster. */
import { describe, expect, it } from '@jest/globals'
import {
  apiServerSources,
  conditionOf,
  eventTypes,
  keyOf,
  pingSources,
  type EventType,
  type KubeObject,
  type Resource
} from '@knative-ts/api'
import { configMaps, deployments, namespaces } from '@knative-ts/api/kubernetes'
import { eventually } from '@knative-ts/testing'
import { eventingConfigMap } from '../testing/eventing-scene.ts'
import { pingAdapter } from './ping-source/ping-source.reconciler.ts'
import {
  allowing,
  find,
  isTrue,
  makeAvailable,
  namespace,
  scene,
  sceneWith,
  sink,
  sinkRef,
  told,
  type Object
} from './source-scene.fixture.ts'

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
    const left = scene.cluster.all(eventTypes)[0] as EventType
    await client.update(eventTypes, { ...left, spec: { ...left.spec, description: 'spoilt' } })
    const isMended = () => scene.cluster.all(eventTypes).some(({ spec }) => spec.description === 'A heron')
    await eventually(isMended, 'an EventType that somebody has changed is as it was')
    await client.delete(eventTypes, keyOf(left))
    await eventually(isMended, 'an EventType that somebody has deleted is there again')
  })
})
