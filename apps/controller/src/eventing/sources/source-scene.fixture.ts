/** A controller of Eventing on a fake cluster, with a namespace, an adapter that sleeps, and definitions of our kinds. */
import { afterEach } from '@jest/globals'
import {
  apiServerSources,
  conditionOf,
  containerSources,
  pingSources,
  sinkBindings,
  type Condition,
  type KubeObject,
  type Resource
} from '@knative-ts/api'
import { customResourceDefinitions as ourDefinitions } from '@knative-ts/api/crds'
import { deployments, events, services, subjectAccessReviews, type Deployment } from '@knative-ts/api/kubernetes'
import { eventingScene, type EventingScene } from '../testing/eventing-scene.ts'
import { pingAdapter } from './ping-source/ping-source.reconciler.ts'

/** Any object of a source, loosely. */
export type Object = KubeObject & { spec: Record<string, unknown>; status?: Record<string, unknown> & { conditions?: Condition[] } }
export const kinds: Record<string, Resource> = {
  Service: services,
  Deployment: deployments,
  PingSource: pingSources,
  ApiServerSource: apiServerSources,
  ContainerSource: containerSources,
  SinkBinding: sinkBindings
}
export const texts = (object: Object | undefined): string[] =>
  (object?.status?.conditions ?? [])
    .map(({ type, status, reason = '', message = '' }) => `${type}=${status} ${reason}: ${message}`)
    .toSorted()

export let scene: EventingScene
afterEach(() => scene.close())

export const namespace = (name: string, labels: Record<string, string> = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels }
})
export const sink: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'sink', namespace: 'default' },
  spec: { ports: [{ port: 80 }] }
} as KubeObject
export const sinkRef = { ref: { apiVersion: 'v1', kind: 'Service', name: 'sink' } }
const adapter = (replicas: number): Deployment =>
  ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: pingAdapter, namespace: 'knative-eventing', generation: 1 },
    spec: { replicas, selector: {}, template: { spec: { containers: [{ name: 'c' }] } } }
  }) as Deployment

/** As the Deployment controller: what is asked for is there. */
export function makeAvailable(name: string, ns = 'default', status: 'True' | 'False' = 'True'): void {
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
export const allowing = (allowed: boolean): void => {
  const { client } = scene.cluster
  const create = client.create.bind(client)
  client.create = (async (resource: Resource, object: KubeObject, ...rest: []) =>
    resource.plural === subjectAccessReviews.plural
      ? { ...object, status: { allowed } }
      : create(resource, object, ...rest)) as typeof client.create
}

export async function sceneWith(...objects: KubeObject[]): Promise<void> {
  scene = await eventingScene([namespace('default'), adapter(0), ...(ourDefinitions() as KubeObject[]), ...objects])
  allowing(true)
}

export const find = (resource: Resource, name: string, ns = 'default'): Object | undefined =>
  scene.cluster.find(resource, `${ns}/${name}`) as Object | undefined
export const isTrue = (object: Object | undefined): boolean => conditionOf(object?.status?.conditions ?? [], 'Ready')?.status === 'True'
export const told = (): string[] =>
  scene.cluster.all(events).map(({ type, reason, involvedObject }) => `${type} ${reason} ${involvedObject.kind}`)
