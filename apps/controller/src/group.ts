import type { Admission, BucketedLoop, Clock, InformerFactory, KubeClient, Log } from '@knative-ts/kube'
import type { RegistryAccess } from '@knative-ts/registry'
import type { GrpcService } from '@knative-ts/wire'
import type { LeaseScheme } from './leading/lease-names.ts'
import type { Relayed } from './routing/relay.ts'

/** What a replica gives the group that it runs. */
export interface GroupSurroundings {
  readonly client: KubeClient
  /** Not started yet. */
  readonly factory: InformerFactory
  readonly podName: string
  readonly systemNamespace: string
  readonly clusterDomain: string
  /** How registries are reached; absent: directly, trusting the system's authorities. */
  readonly registries?: RegistryAccess
  readonly clock: Clock
  readonly log: Log
}

/** What decides whether a caller is served. */
export interface Serving {
  /** Undefined once the table may be served: an empty one would make a follower forget what it serves. */
  readonly unready: () => string | undefined
  readonly isLeading: () => boolean
  /** Lets pods of one ServiceAccount of the system namespace in. */
  readonly admissionFor: (account: string) => Admission
}

/** A number that a group publishes beside those of every replica. */
export interface GroupGauge {
  readonly name: string
  readonly description: string
  readonly unit: string
  value(): number
}

/** The reconcilers of Serving or of Eventing, and the table that their data plane follows. */
export interface Group {
  readonly loops: readonly BucketedLoop[]
  readonly leases: LeaseScheme
  /** Pods on the streams of this replica. */
  readonly followers: number
  readonly gauges: readonly GroupGauge[]
  /** Resolves when what configures it is known. */
  synced(): Promise<void>
  service(serving: Serving): GrpcService
  /** Brings the table up to the caches, which are filled now. */
  flush(): void
  /** Opens a stream to a leader and tells there what followers of this replica serve. */
  tell(address: string, token: string | undefined): Relayed
  stop(): void
}
