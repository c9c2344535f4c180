/** What a user of Serving does: deploys, changes, calls, looks at revisions. */
import { knativeServices, type Service } from '@knative-ts/api'
import { pods, type Pod } from '@knative-ts/api/kubernetes'
import type { KubeClient } from '@knative-ts/kube'
import { hostOf, readyService, serviceOf, type ServiceSketch } from './knative-service.ts'
import { until } from './until.ts'

const namespace = 'default'

export interface Deployed {
  readonly host: string
  /** Name of the latest ready revision. */
  readonly revision: string
  readonly service: Service
}

const deployedOf = (service: Service): Deployed => ({
  host: hostOf(service),
  revision: service.status?.latestReadyRevisionName ?? '',
  service
})

/** Creates a Service and waits until it is Ready. */
export async function deploy(client: KubeClient, sketch: ServiceSketch): Promise<Deployed> {
  await client.create(knativeServices, serviceOf(sketch))
  return deployedOf(await readyService(client, sketch.name))
}

/** Merges a patch into a Service; resolves when it is Ready at its newest generation. */
export async function change(client: KubeClient, name: string, body: object): Promise<Deployed> {
  await client.patch(knativeServices, { namespace, name }, { type: 'merge', body })
  return deployedOf(await readyService(client, name))
}

/** A body of {@link change} that gives the Service's template another variable, so that it makes a new revision. */
export function templateOf(sketch: ServiceSketch): object {
  return { spec: serviceOf(sketch).spec }
}

/** Pods of a revision, those on their way out too: they finish what they have, and answer what still reaches them. */
export async function podsOf(client: KubeClient, revision: string): Promise<readonly Pod[]> {
  const { items } = await client.list(pods, { namespace, labelSelector: `serving.knative.dev/revision=${revision}` })
  return items
}

/** Waits until a revision has that many pods, all of them ready; for 0, until the last one is gone. */
export function scaledTo(client: KubeClient, revision: string, wanted: number, withinMs = 90_000): Promise<true> {
  return until(
    `${revision} has ${wanted} ready pods`,
    async () => {
      const all = await podsOf(client, revision)
      if (wanted === 0) return all.length === 0
      const found = all.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      const ready = found.filter(({ status }) =>
        status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True')
      )
      return found.length === wanted && ready.length === wanted
    },
    withinMs
  )
}
