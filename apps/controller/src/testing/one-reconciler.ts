/** One reconciler over a world of a test: for tables. */
import type { InformerFactory, Reconcile } from '@knative-ts/kube'
import { keptLog, virtualClock, type FakeCluster } from '@knative-ts/testing'
import { objectsOf } from '../objects.ts'
import { reconcilers, type ReconcilerName } from '../reconcilers.ts'
import { Tracker } from '../reconciling/tracker.ts'
import type { Witness } from '../revision/pod-evidence.ts'
import { watchSettings } from '../settings/settings.ts'

/** Gateways that serve what they are told to, or lack something. */
export const gatewaysThat = (serve: boolean, lacking?: string) => ({
  servedByAll: () => serve,
  whenServedByAll: () => Promise.resolve(serve),
  release: () => undefined,
  lacking: () => lacking
})

/** Nobody knows anything about pods. */
const silent: Witness = { of: () => ({ evidence: undefined, afterMs: 3_000 }), forget: () => undefined }

/** 2030-01-01T00:00:00Z, as the fake cluster has it. */
export const now = '2030-01-01T00:00:00Z'

export const one =
  (name: ReconcilerName, gateways = gatewaysThat(true), witness: Witness = silent) =>
  (factory: InformerFactory, { client }: FakeCluster): Reconcile => {
    const [log, clock] = [keptLog(), virtualClock()]
    const shared = { systemNamespace: 'knative-serving', clusterDomain: 'cluster.local' }
    const settings = watchSettings({ factory, log, ...shared })
    const tracker = new Tracker()
    return reconcilers({
      client,
      objects: objectsOf(factory),
      settings,
      gateways,
      witness,
      tracker,
      onRevisionNews: () => undefined,
      clock,
      log,
      ...shared
    })[name]
  }
