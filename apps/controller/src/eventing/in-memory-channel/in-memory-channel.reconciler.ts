import {
  inMemoryChannelConditions,
  inMemoryChannels,
  keyOf,
  keyText,
  type InMemoryChannel,
  type InMemoryChannelStatus
} from '@knative-ts/api'
import { containsJson, ensureOwned, Marks, NotOwnedError, settled, type Outcome } from '@knative-ts/kube'
import type { Service } from '@knative-ts/api/kubernetes'
import type { Resolver } from '../destinations/resolver.ts'
import { dataPlaneServices, endpointsOf } from '../endpoints/service-endpoints.ts'
import type { EventingWorld } from '../eventing-world.ts'
import { resolveDeadLetter } from '../marking/dead-letter.ts'
import { markPolicies } from '../marking/mark-policies.ts'
import { memberKey } from '../routing/event-table.ts'
import { channelMessage } from '../routing/members-of.ts'
import { versionOf } from '../routing/version-of.ts'
import { channelServiceOf } from './channel-service-of.ts'
import { subscriberStatuses } from './subscriber-statuses.ts'

type Current = InMemoryChannel & { status: InMemoryChannelStatus }

/** An InMemoryChannel is a topic of the log behind a host name of its own, and the subscribers that the dispatchers have acknowledged. */
export class InMemoryChannelReconciler {
  readonly #world: EventingWorld
  readonly #resolver: Resolver

  constructor(world: EventingWorld, resolver: Resolver) {
    this.#world = world
    this.#resolver = resolver
  }

  async reconcile(channel: Current): Promise<Outcome> {
    const { settings } = this.#world
    const marks = new Marks(channel.status, inMemoryChannelConditions)
    this.#resolver.begin(channel)
    this.#tellSubscribers(channel)
    if (!this.#markDispatcher(channel, marks)) return settled
    const service = await this.#service(channel, marks)
    await resolveDeadLetter(channel, channel.spec.delivery, {
      resolver: this.#resolver,
      marks,
      reason: "Unable to get the DeadLetterSink's URI"
    }).catch((error: Error) => {
      throw new Error(`Failed to resolve Dead Letter Sink URI: ${error.message}`, { cause: error })
    })
    const { name = '', namespace = '' } = service.metadata
    channel.status.address = { name: 'http', url: `http://${name}.${namespace}.svc.${this.#world.clusterDomain}` }
    marks.true('Addressable')
    markPolicies(marks, settings)
    return settled
  }

  /** The channel is gone: nobody waits for it, nor for its subscribers. */
  forget(channel: InMemoryChannel): void {
    const { acknowledgements } = this.#world
    acknowledgements.release(memberKey('channel', keyText(keyOf(channel))))
    for (const { uid = '' } of channel.spec.subscribers ?? []) acknowledgements.release(memberKey('subscription', uid))
  }

  /** The dispatchers are there, and have this channel. */
  #markDispatcher(channel: Current, marks: Marks): boolean {
    const { objects, systemNamespace, acknowledgements, clusterDomain } = this.#world
    const service = dataPlaneServices.channel
    if (objects.services.get({ namespace: systemNamespace, name: service }) === undefined) {
      const words = `Service ${systemNamespace}/${service} does not exist: install Eventing's data plane`
      marks.false('DispatcherReady', 'DispatcherServiceDoesNotExist', words)
      marks.false('ServiceReady', 'DispatcherServiceDoesNotExist', words)
      return false
    }
    marks.true('ServiceReady')
    if (endpointsOf(objects.endpointSlices, systemNamespace, service).length === 0) {
      const words = `There are no endpoints ready for Dispatcher service ${service}`
      marks.false('DispatcherReady', 'DispatcherEndpointsNotReady', words)
      marks.false('EndpointsReady', 'DispatcherEndpointsNotReady', words)
      return false
    }
    const version = versionOf(channelMessage(channel, clusterDomain))
    if (!acknowledgements.servedByAll(memberKey('channel', keyText(keyOf(channel))), version) && !marks.isTrue('EndpointsReady')) {
      const words = 'The dispatchers do not take events for this channel yet.'
      marks.unknown('DispatcherReady', 'DispatcherNotUpdated', words)
      marks.unknown('EndpointsReady', 'DispatcherNotUpdated', words)
      // The name can be made meanwhile: the rest of the pass goes on.
      return true
    }
    marks.true('DispatcherReady')
    marks.true('EndpointsReady')
    return true
  }

  async #service(channel: Current, marks: Marks): Promise<Service> {
    const { objects, systemNamespace, clusterDomain } = this.#world
    const desired = channelServiceOf(channel, systemNamespace, clusterDomain)
    try {
      const { object } = await ensureOwned(objects.services, channel, inMemoryChannels, desired, (current) => repaired(current, desired))
      marks.true('ChannelServiceReady')
      return object
    } catch (error) {
      const words =
        error instanceof NotOwnedError
          ? `there is a Service "${error.child}" that this channel does not own: delete it, or give the channel another name`
          : String(error)
      marks.false('ChannelServiceReady', 'ChannelServiceFailed', `Channel Service failed: ${words}`)
      throw error
    }
  }

  #tellSubscribers(channel: Current): void {
    const statuses = subscriberStatuses(channel, this.#world)
    if (statuses.length === 0) delete channel.status.subscribers
    else channel.status.subscribers = statuses
  }
}

function repaired(current: Service, { metadata, spec }: Service): Service | undefined {
  if (containsJson(current.metadata.labels, metadata.labels) && containsJson(current.spec, spec)) return undefined
  // A Service that has become one of another type has fields that ExternalName does not take.
  return {
    ...current,
    metadata: { ...current.metadata, labels: { ...current.metadata.labels, ...metadata.labels } },
    ...(spec && { spec })
  }
}
