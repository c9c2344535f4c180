/** The built-in controllers of standalone, started together over one set of informers. */
import { storageClasses } from '@knative-ts/api/kubernetes'
import { createInformerFactory, isAlreadyExists, systemClock, type Clock, type KubeClient, type Log } from '@knative-ts/kube'
import { clusterRoleLoop } from './cluster-role/cluster-role.reconciler.ts'
import { cronJobLoop } from './cron-job/cron-job.reconciler.ts'
import type { ControllerContext } from './controller-context.ts'
import { daemonSetLoop } from './daemon-set/daemon-set.reconciler.ts'
import { deploymentLoop } from './deployment/deployment.reconciler.ts'
import { disruptionBudgetLoop } from './disruption-budget/disruption-budget.reconciler.ts'
import { endpointSliceMirroringLoop } from './endpoint-slice-mirroring/endpoint-slice-mirroring.reconciler.ts'
import { endpointsLoop } from './endpoints/endpoints.reconciler.ts'
import { endpointSliceLoop } from './endpoint-slice/endpoint-slice.reconciler.ts'
import { ephemeralVolumeLoop } from './ephemeral-volume/ephemeral-volume.reconciler.ts'
import { eventExpiryLoop } from './event-expiry/event-expiry.reconciler.ts'
import { garbageCollectorLoop } from './garbage-collector/garbage-collector.reconciler.ts'
import { autoscalerPorts } from './horizontal-pod-autoscaler/autoscaler-ports.ts'
import { horizontalPodAutoscalerLoop } from './horizontal-pod-autoscaler/horizontal-pod-autoscaler.reconciler.ts'
import { jobLoop } from './job/job.reconciler.ts'
import { LiveObjects, type ResourceTypes } from './live-objects.ts'
import { rootCaLoop, serviceAccountLoop } from './namespace/namespace-content.reconciler.ts'
import { namespaceLoop } from './namespace/namespace.reconciler.ts'
import { defaultStorageClass, LocalDirectories } from './persistent-volume/local-directories.ts'
import { persistentVolumeClaimLoop } from './persistent-volume/persistent-volume-claim.reconciler.ts'
import { persistentVolumeLoop } from './persistent-volume/persistent-volume.reconciler.ts'
import { claimProtectionLoop, volumeProtectionLoop } from './persistent-volume/storage-protection.reconciler.ts'
import { podGarbageLoop } from './pod-garbage/pod-garbage.reconciler.ts'
import { replicaSetLoop } from './replica-set/replica-set.reconciler.ts'
import { resourceQuotaLoop } from './resource-quota/resource-quota.reconciler.ts'
import { tokenSecretLoop } from './service-account-token/token-secret.reconciler.ts'
import { statefulSetLoop } from './stateful-set/stateful-set.reconciler.ts'
import { taintEvictionLoop } from './taint-eviction/taint-eviction.reconciler.ts'
import { ttlAfterFinishedLoop } from './ttl-after-finished/ttl-after-finished.reconciler.ts'

export interface ControllersOptions extends ResourceTypes {
  /** PEM of the authority that signed the API server's certificate; published in every namespace. */
  readonly rootCaPem: string
  readonly clock?: Clock
  /** Directory under which volumes are made for claims, which also get a default StorageClass. Absent: nobody makes volumes. */
  readonly volumeDirectory?: string
}

export interface StartControllers {
  /** With all rights. */
  readonly client: KubeClient
  readonly log: Log
  /** Stops everything. */
  readonly signal: AbortSignal
  readonly options: ControllersOptions
}

/** Resolves with `stopped` once every controller works; `stopped` resolves after `signal` aborted and running passes ended. */
export async function startControllers({ client, log, signal, options }: StartControllers): Promise<{ readonly stopped: Promise<void> }> {
  const clock = options.clock ?? systemClock
  const factory = createInformerFactory(client, { log, clock, managedFields: 'dropped' })
  const context: ControllerContext = { client, factory, log, clock }
  const directories = options.volumeDirectory === undefined ? undefined : new LocalDirectories(options.volumeDirectory)
  if (directories !== undefined) await ensureStorageClass(client)
  const live = new LiveObjects(client, options, log)
  const loops = [
    deploymentLoop(context),
    replicaSetLoop(context),
    endpointSliceLoop(context),
    endpointsLoop(context),
    endpointSliceMirroringLoop(context),
    ephemeralVolumeLoop(context),
    eventExpiryLoop(context),
    horizontalPodAutoscalerLoop(context, autoscalerPorts(client, options)),
    jobLoop(context),
    cronJobLoop(context),
    daemonSetLoop(context),
    disruptionBudgetLoop(context),
    ttlAfterFinishedLoop(context),
    persistentVolumeClaimLoop(context, directories),
    persistentVolumeLoop(context, directories),
    podGarbageLoop(context),
    claimProtectionLoop(context),
    volumeProtectionLoop(context),
    resourceQuotaLoop(context, options),
    statefulSetLoop(context),
    taintEvictionLoop(context),
    serviceAccountLoop(context),
    tokenSecretLoop(context, options.rootCaPem),
    rootCaLoop(context, options.rootCaPem),
    clusterRoleLoop(context)
  ]
  // These two act on absence, so they start only when all that exists is known.
  const collectors = [namespaceLoop(context, live), garbageCollectorLoop(context, live)]
  await factory.start(signal)
  const running = loops.map((loop) => loop.run(signal))
  await live.start(signal)
  running.push(...collectors.map((loop) => loop.run(signal)))
  return { stopped: Promise.all(running).then(() => undefined) }
}

/** The default class, where there is none of that name; one that somebody changed stays as it is. */
async function ensureStorageClass(client: KubeClient): Promise<void> {
  await client.create(storageClasses, defaultStorageClass).catch((error: unknown) => {
    if (!isAlreadyExists(error)) throw error
  })
}
