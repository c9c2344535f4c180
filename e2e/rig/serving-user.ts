/** What a user of Serving does in a namespace: deploys, changes, looks at revisions and pods. */
import { knativeServices, type Service } from '@knative-ts/api'
import { pods, type Pod } from '@knative-ts/api/kubernetes'
import type { KubeClient } from '@knative-ts/kube'
import { hostOf, readyService, replicasOf, serviceOf, type ServiceSketch } from './knative-service.ts'
import { until } from './until.ts'

export interface Deployed {
  readonly host: string
  /** Name of the latest ready revision. */
  readonly revision: string
  readonly service: Service
}

export interface ServingUser {
  /** Creates a Service and waits until it is Ready. */
  deploy(sketch: ServiceSketch): Promise<Deployed>
  /** Creates Services at once and waits until all are Ready; gives their hosts by name. */
  deployAll(sketches: readonly ServiceSketch[]): Promise<Readonly<Record<string, string>>>
  /** Merges a patch into a Service; resolves when it is Ready at its newest generation. */
  change(name: string, body: object): Promise<Deployed>
  /** The Service once it is Ready at its newest generation. Default 180 s. */
  ready(name: string, withinMs?: number): Promise<Service>
  /** Removes a Service; resolves as soon as the API server has taken it. */
  remove(name: string): Promise<void>
  /** Pods of a revision, those on their way out too: they finish what they have, and answer what still reaches them. */
  podsOf(revision: string): Promise<readonly Pod[]>
  /** Waits until a revision has that many pods, all of them ready; for 0, until the last one is told to go. Default 120 s. */
  scaledTo(revision: string, wanted: number, withinMs?: number): Promise<true>
  /** Replicas that the Deployment of a revision wants, and has ready. */
  replicasOf(revision: string): Promise<{ readonly wanted: number; readonly ready: number }>
}

/** Milliseconds that a Service may take to be Ready: several are made at once, on a machine that others use too. */
const readyMs = 180_000

const deployedOf = (service: Service): Deployed => ({
  host: hostOf(service),
  revision: service.status?.latestReadyRevisionName ?? '',
  service
})

/** A body of {@link ServingUser.change} that gives the Service's template another variable, so that it makes a new revision. */
export function templateOf(sketch: ServiceSketch): object {
  return { spec: serviceOf(sketch).spec }
}

const isWhole = ({ status }: Pod): boolean =>
  status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') === true

/** Somebody with the rights of `client`, at work in a namespace. */
export function servingUser(client: KubeClient, namespace = 'default'): ServingUser {
  const ready = (name: string, withinMs = readyMs): Promise<Service> => readyService(client, name, withinMs, namespace)
  const podsOf = async (revision: string): Promise<readonly Pod[]> =>
    (await client.list(pods, { namespace, labelSelector: `serving.knative.dev/revision=${revision}` })).items
  return {
    ready,
    podsOf,
    deploy: async (sketch) => {
      await client.create(knativeServices, serviceOf({ ...sketch, namespace }))
      return deployedOf(await ready(sketch.name))
    },
    deployAll: async (sketches) => {
      await Promise.all(sketches.map((sketch) => client.create(knativeServices, serviceOf({ ...sketch, namespace }))))
      const hosts = await Promise.all(sketches.map(async ({ name }) => [name, hostOf(await ready(name))] as const))
      return Object.fromEntries(hosts)
    },
    change: async (name, body) => {
      await client.patch(knativeServices, { namespace, name }, { type: 'merge', body })
      return deployedOf(await ready(name))
    },
    remove: (name) => client.delete(knativeServices, { namespace, name }),
    scaledTo: (revision, wanted, withinMs = 120_000) =>
      until(
        `${revision} has ${wanted} ready pods`,
        async () => {
          const all = await podsOf(revision)
          const staying = all.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
          return staying.length === wanted && staying.every(isWhole)
        },
        withinMs,
        100
      ),
    replicasOf: (revision) => replicasOf(client, revision, namespace)
  }
}
