/** The loops of the controller at work on a fake cluster, for tests that change its configuration meanwhile. */
import type { KubeObject } from '@knative-ts/api'
import {
  certificates,
  clusterDomainClaims,
  domainMappings,
  ingresses,
  podAutoscalers,
  revisions,
  routes,
  type Resource
} from '@knative-ts/api'
import { deployments } from '@knative-ts/api/kubernetes'
import { createInformerFactory, systemClock } from '@knative-ts/kube'
import { fakeCluster, keptLog, virtualClock, type FakeCluster } from '@knative-ts/testing'
import { cmCertificates, cmChallenges, cmClusterIssuers } from '../certificate/cert-manager.ts'
import { reconcileLoops } from '../loops.ts'
import { objectsOf } from '../objects.ts'
import type { ReconcilerName } from '../reconcilers.ts'
import { watchSettings, type Settings } from '../settings/settings.ts'
import { gatewaysThat } from './one-reconciler.ts'

/** What reconcilers write, configuration and Events apart. */
const written: readonly Resource[] = [
  deployments,
  podAutoscalers,
  revisions,
  ingresses,
  routes,
  certificates,
  domainMappings,
  clusterDomainClaims,
  cmCertificates
]

export interface LiveWorld {
  readonly cluster: FakeCluster
  readonly settings: Settings
  /** All that reconcilers have written, as one JSON text. */
  told(): string
  stop(): Promise<void>
}

/** Runs one loop of the controller until it is stopped. */
export async function liveWorld(name: ReconcilerName, objects: readonly KubeObject[]): Promise<LiveWorld> {
  const cluster = fakeCluster({ objects, resources: [cmCertificates, cmClusterIssuers, cmChallenges] })
  const [log, stop] = [keptLog(), new AbortController()]
  const factory = createInformerFactory(cluster.client, { log })
  const shared = { systemNamespace: 'knative-serving', clusterDomain: 'cluster.local', log }
  const settings = watchSettings({ factory, ...shared })
  const gateways = gatewaysThat(true)
  const witness = { of: () => ({ evidence: undefined, afterMs: 3_000 }), forget: () => undefined }
  // Ages are the fake cluster's; states on their way to Ready are told after a while.
  const clock = name === 'gc' ? virtualClock() : systemClock
  const loops = reconcileLoops({ client: cluster.client, objects: objectsOf(factory), settings, gateways, witness, clock, ...shared })
  await factory.start(stop.signal)
  await settings.synced()
  const running = loops.all.find((loop) => loop.name === name)?.run(stop.signal)
  return {
    cluster,
    settings,
    told: () => JSON.stringify(written.map((resource) => cluster.all(resource))),
    stop: async () => {
      stop.abort()
      await running
    }
  }
}
