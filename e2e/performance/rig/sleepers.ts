/** Services that have been awake and were put to sleep by the autoscaler, as most that are woken. */
import { isReady, knativeServices, type Service } from '@knative-ts/api'
import { pods } from '@knative-ts/api/kubernetes'
import { until } from '../../rig/until.ts'
import { type Cluster, hostOf } from './cluster.ts'
import { serviceIn } from './cluster-objects.ts'
import type { Sightings } from './sightings.ts'

/** The shortest that there are, so that nobody waits for sleep for long; both concern going to sleep alone. */
export const sleepSoon = { window: '6s', grace: '6s' } as const

export interface Sleeper {
  readonly host: string
  readonly revision: string
}

/** Creates Services, all at once, and resolves when all are Ready. */
export async function created(
  cluster: Cluster,
  seen: Sightings<Service>,
  names: readonly string[],
  annotations: Readonly<Record<string, string>>
): Promise<readonly Sleeper[]> {
  const own = { 'autoscaling.knative.dev/window': sleepSoon.window, ...annotations }
  await Promise.all(names.map((name) => cluster.client.create(knativeServices, serviceIn(cluster, name, own))))
  return Promise.all(
    names.map(async (name) => {
      const { object } = await seen.first(`${name} is Ready`, (each) => each.metadata.name === name && isReady(each))
      return { host: hostOf(object), revision: object.status?.latestReadyRevisionName ?? '' }
    })
  )
}

/** Resolves when the namespace has no pod any more: the sidecars have drained. */
export async function allSleep({ client, namespace }: Cluster): Promise<void> {
  await until('all sleep', async () => (await client.list(pods, { namespace })).items.length === 0, 180_000, 1_000)
  // What the last end made everybody do is over.
  await new Promise((resolve) => setTimeout(resolve, 2_000))
}
