import type { Clock, EventRecorder, InformerFactory, Kind, KubeClient, Log, Reconcile, Reconciled, Trigger } from '@knative-ts/kube'
import type { ObjectKey } from '@knative-ts/api'
import type { DeliveryBook } from './routing/delivery-book.ts'
import type { ChannelKinds } from './channel/channel-kinds.ts'
import type { Resolver } from './destinations/resolver.ts'
import type { EventingObjects } from './eventing-objects.ts'
import type { EventingSettings } from './settings/eventing-settings.ts'

/** Whether the data plane acts by what reconcilers want it to. */
export interface DataPlaneAcknowledgements {
  /** True when every ready and every connected pod of the role that serves this member of the table does so in this version, and at least one does. */
  servedByAll(key: string, version: string): boolean
  /** The member is gone: nobody waits for it. */
  release(key: string): void
}

/** What every reconciler of Eventing is made from. */
export interface EventingWorld {
  readonly client: KubeClient
  readonly factory: InformerFactory
  readonly objects: EventingObjects
  readonly settings: EventingSettings
  readonly channelKinds: ChannelKinds
  readonly acknowledgements: DataPlaneAcknowledgements
  readonly deliveries: DeliveryBook
  readonly systemNamespace: string
  readonly clusterDomain: string
  readonly clock: Clock
  readonly log: Log
  /** Milliseconds that states on the way to Ready, which people alone look at, may go untold. */
  readonly leisureMs: number
  /** Image of the adapters of sources that have a Deployment of their own. */
  readonly sourceImage: string
  /** Resolves destinations for objects of one loop, which are passed again when what they speak of changes. */
  resolverFor(loop: string): Resolver
  recorderFor(loop: string): EventRecorder
  /** A pass of a kind with all that surrounds it. */
  enveloped<T extends Reconciled>(recorder: EventRecorder, kind: Kind<T>): Reconcile
}

/** One loop of Eventing's controller. The name is unique, without blanks. */
export interface EventingLoop {
  readonly name: string
  readonly reconcile: Reconcile
  /** The objects themselves first: they are passed again when configuration changes. */
  readonly triggers: readonly Trigger[]
  /** Passes at a time; default 8. */
  readonly workers?: number
  /** Calls `enqueue` for what else is to be passed; called once, before the loop runs. */
  readonly wake?: (enqueue: (key: ObjectKey) => void) => void
}
