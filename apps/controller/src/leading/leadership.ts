import { parseLeaderElectionConfig, type LeaderElectionConfig } from '@knative-ts/api'
import { configMaps } from '@knative-ts/api/kubernetes'
import {
  createElection,
  isNotFound,
  podHasEnded,
  type Clock,
  type Election,
  type KubeClient,
  type Log,
  type ReconcileLoop
} from '@knative-ts/kube'
import { decidingLease, holdCompanions } from './companion-leases.ts'

export interface LeadershipOptions {
  readonly client: KubeClient
  readonly namespace: string
  /** `<pod>_<uid of the pod>`: a container that starts again in its pod goes on with the lease that it left. */
  readonly identity: string
  /** Resolves when everything that loops read is in memory. */
  readonly ready: () => Promise<void>
  readonly loops: readonly ReconcileLoop[]
  readonly clock: Clock
  readonly log: Log
}

/** Runs the reconcilers in the one replica that leads. */
export class Leadership {
  readonly #options: LeadershipOptions
  readonly #stopping = new AbortController()
  #election: Election | undefined
  #running: Promise<void> | undefined

  constructor(options: LeadershipOptions) {
    this.#options = options
  }

  isLeading = (): boolean => this.#election?.isLeading() ?? false

  /** The pod that leads, this one or another; undefined while none does. */
  leadingPod(): string | undefined {
    const holder = this.#election?.leader()
    return holder?.slice(0, holder.lastIndexOf('_'))
  }

  /** Takes part from now on; returns at once. */
  start(): void {
    this.#running ??= this.#run().catch((error: unknown) => {
      this.#options.log.error({ error }, 'the leader election has ended unexpectedly')
      throw error
    })
  }

  /** Ends the term when there is one, and lets go of the leases. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    const { client, namespace, identity, clock, log, loops, ready } = this.#options
    const config = await electionConfig(client, namespace)
    const { leaseDurationMs, renewDeadlineMs, retryPeriodMs } = config
    if (this.#stopping.signal.aborted) return
    this.#election = createElection({
      client,
      namespace,
      name: config.leaseNames.get(decidingLease) ?? decidingLease,
      identity,
      leaseDurationMs,
      renewDeadlineMs,
      retryPeriodMs,
      hasEnded: podHasEnded(client, namespace),
      log,
      clock,
      onStartedLeading: async (signal) => {
        const held = holdCompanions({ client, namespace, identity, leaseDurationMs, retryPeriodMs, clock, log }, signal)
        await ready()
        await Promise.all([held, ...loops.map((loop) => loop.run(signal))])
      }
    })
    await this.#election.run(this.#stopping.signal)
  }
}

/** Read once: an election does not change its rules while it runs. */
async function electionConfig(client: KubeClient, namespace: string): Promise<LeaderElectionConfig> {
  try {
    const { data } = await client.get(configMaps, { namespace, name: 'config-leader-election' })
    return parseLeaderElectionConfig(data ?? {})
  } catch (error) {
    if (isNotFound(error)) return parseLeaderElectionConfig({})
    throw error
  }
}
