import { keyText } from '@knative-ts/api'
import {
  createBucketElections,
  holdCompanions,
  podHasEnded,
  readElectionConfig,
  type BucketedLoop,
  type BucketElections,
  type Clock,
  type KubeClient,
  type Log
} from '@knative-ts/kube'
import { bucketChooser } from '@knative-ts/traffic'
import { companionsOf, decidingLeases, type LeaseScheme } from './lease-names.ts'

export interface LeadershipOptions {
  readonly client: KubeClient
  readonly namespace: string
  /** ConfigMap with the rules of elections: how long leases last, and how many buckets there are. */
  readonly configName: string
  /** `<pod>_<uid of the pod>`: a container that starts again in its pod goes on with the leases that it left. */
  readonly identity: string
  /** Resolves when everything that loops read is in memory. */
  readonly ready: () => Promise<void>
  readonly loops: readonly BucketedLoop[]
  readonly leases: LeaseScheme
  readonly clock: Clock
  readonly log: Log
}

/** Runs the reconcilers for the buckets of keys that this replica leads. */
export class Leadership {
  readonly #options: LeadershipOptions
  readonly #stopping = new AbortController()
  #elections: BucketElections | undefined
  #running: Promise<void> | undefined

  constructor(options: LeadershipOptions) {
    this.#options = options
  }

  /** Buckets that this replica leads, by the names of their leases. */
  led(): readonly string[] {
    return this.#elections?.led() ?? []
  }

  /** The pods that lead any bucket, this one or others. */
  leadingPods(): readonly string[] {
    const holders = this.#elections?.leaders() ?? []
    return [...new Set(holders.map((holder) => holder.slice(0, holder.lastIndexOf('_'))))]
  }

  /** Takes part from now on; returns at once. */
  start(): void {
    this.#running ??= this.#run().catch((error: unknown) => {
      this.#options.log.error({ error }, 'the leader election has ended unexpectedly')
      throw error
    })
  }

  /** Ends the terms when there are any, and lets go of the leases. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    const { client, namespace, configName, identity, clock, log, loops, leases, ready } = this.#options
    const { leaseDurationMs, renewDeadlineMs, retryPeriodMs, buckets, leasePrefixes } = await readElectionConfig(
      client,
      namespace,
      configName
    )
    if (this.#stopping.signal.aborted) return
    const names = decidingLeases(buckets, leasePrefixes, leases)
    const bucketOf = bucketChooser(names)
    const rules = { client, namespace, identity, leaseDurationMs, renewDeadlineMs, retryPeriodMs, log, clock }
    this.#elections = createBucketElections({
      ...rules,
      buckets: names,
      hasEnded: podHasEnded(client, namespace),
      onStartedLeading: async (bucket, signal) => {
        const held = holdCompanions({ ...rules, companions: companionsOf(bucket, leasePrefixes, leases) }, signal)
        await ready()
        await Promise.all([held, ...loops.map((loop) => loop.run(signal, (key) => bucketOf(keyText(key)) === bucket))])
      }
    })
    await this.#elections.run(this.#stopping.signal)
  }
}
