import { keyText, type LeaderElectionConfig, type ObjectKey } from '@knative-ts/api'
import { createBucketElections, holdCompanions, podHasEnded, type Clock, type KubeClient, type Log } from '@knative-ts/kube'
import { bucketChooser, bucketNames } from '@knative-ts/traffic'

export interface LeadershipOptions {
  readonly client: KubeClient
  readonly namespace: string
  /** `<pod>_<address of the pod>`: who leads is found by it. */
  readonly identity: string
  readonly config: LeaderElectionConfig
  /** Decides for the keys that it accepts, until the signal aborts. */
  readonly lead: (signal: AbortSignal, accepts: (key: ObjectKey) => boolean) => Promise<void>
  readonly clock: Clock
  readonly log: Log
}

/** Which replica decides about which revisions. */
export interface Leadership {
  run(signal: AbortSignal): Promise<void>
  /** Buckets that this replica leads. */
  led(): readonly string[]
  /** Address of the pod that leads the revision's bucket; 'self' for this one, undefined while nobody is known to lead it. */
  ownerOf(key: ObjectKey): string | undefined
}

const prefix = 'autoscaler-bucket-'
const hpaPrefix = 'hpaautoscaler.knative.dev.serving.pkg.reconciler.autoscaling.hpa.reconciler'

/**
 * Elections for upstream's `autoscaler-bucket-NN-of-MM`. Whoever leads one also reconciles its PodAutoscalers of class HPA, which upstream gives to a role of
 * its own: the Lease of that one says so, and follows.
 */
export function createLeadership({ client, namespace, identity, config, lead, clock, log }: LeadershipOptions): Leadership {
  const { leaseDurationMs, renewDeadlineMs, retryPeriodMs, leasePrefixes } = config
  const buckets = bucketNames(prefix, config.buckets)
  const bucketOf = bucketChooser(buckets)
  const rules = { client, namespace, identity, leaseDurationMs, renewDeadlineMs, retryPeriodMs, clock, log }
  const elections = createBucketElections({
    ...rules,
    buckets,
    hasEnded: podHasEnded(client, namespace),
    onStartedLeading: async (bucket, signal) => {
      log.info({ bucket }, 'leading: deciding for the revisions of a bucket')
      const companions = [`${leasePrefixes.get(hpaPrefix) ?? hpaPrefix}.${bucket.slice(prefix.length)}`]
      await Promise.all([holdCompanions({ ...rules, companions }, signal), lead(signal, (key) => bucketOf(keyText(key)) === bucket)])
    }
  })
  return {
    run: (signal) => elections.run(signal),
    led: () => elections.led(),
    ownerOf: (key) => {
      const owner = elections.leaderOf(bucketOf(keyText(key)))
      return owner === identity ? 'self' : owner?.slice(owner.lastIndexOf('_') + 1)
    }
  }
}
