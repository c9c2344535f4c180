import { brokerConditions, brokers, clear, keyOf, keyText } from '@knative-ts/api'
import { errorText, Marks, NotOwnedError, settled, type Outcome } from '@knative-ts/kube'
import type { Channelable } from '../channel/channel-kinds.ts'
import { ensureChannel } from '../channel/ensure-channel.ts'
import type { Resolver } from '../destinations/resolver.ts'
import { dataPlaneServices, endpointsOf, serviceUrl } from '../endpoints/service-endpoints.ts'
import { byBroker } from '../eventing-objects.ts'
import type { EventingWorld } from '../eventing-world.ts'
import { resolveDeadLetter } from '../marking/dead-letter.ts'
import { deliveryCondition } from '../marking/mark-delivery.ts'
import { markPolicies } from '../marking/mark-policies.ts'
import { memberKey } from '../routing/event-table.ts'
import { brokerMessage } from '../routing/members-of.ts'
import { versionOf } from '../routing/version-of.ts'
import { followDeliveries, followTriggerChannel, type CurrentBroker } from './broker.plan.ts'
import type { BrokerTemplates } from './broker-template.ts'
import { triggerChannelOf } from './trigger-channel-of.ts'

/** A Broker of class MTChannelBasedBroker is a channel behind the ingress; its Triggers subscribe to that channel. */
export class BrokerReconciler {
  readonly #world: EventingWorld
  readonly #resolver: Resolver
  readonly #templates: BrokerTemplates

  constructor(world: EventingWorld, resolver: Resolver, templates: BrokerTemplates) {
    this.#world = world
    this.#resolver = resolver
    this.#templates = templates
  }

  async reconcile(broker: CurrentBroker): Promise<Outcome> {
    const { settings, objects, systemNamespace, clusterDomain } = this.#world
    const { status } = broker
    this.#resolver.begin(broker)
    status.conditions = clear(status.conditions ?? [], brokerConditions, deliveryCondition)
    const marks = new Marks(status, brokerConditions)
    followDeliveries(marks, objects.triggers.byIndex(byBroker, keyText(keyOf(broker))))
    if (!followTriggerChannel(status, await this.#channel(broker, marks))) return settled
    this.#markDataPlane(broker, marks)
    await resolveDeadLetter(broker, broker.spec.delivery, {
      resolver: this.#resolver,
      marks,
      reason: "Unable to get the DeadLetterSink's URI"
    })
    const { namespace = '', name = '' } = broker.metadata
    const ingress = serviceUrl(dataPlaneServices.ingress, systemNamespace, clusterDomain)
    status.address = { name: 'http', url: `${ingress}/${namespace}/${name}` }
    marks.true('Addressable')
    markPolicies(marks, settings)
    return settled
  }

  async #channel(broker: CurrentBroker, marks: Marks): Promise<Channelable> {
    let template
    try {
      template = await this.#templates.of(broker)
    } catch (error) {
      marks.false('TriggerChannelReady', 'ChannelTemplateFailed', `Error on setting up the ChannelTemplate: ${errorText(error)}`)
      throw error
    }
    try {
      return await ensureChannel(this.#world.channelKinds, broker, brokers, triggerChannelOf(broker, template))
    } catch (error) {
      const words =
        error instanceof NotOwnedError
          ? `${error.kind} "${error.child}" is there already, and this Broker does not own it: delete it, or give the Broker another name`
          : errorText(error)
      marks.false('TriggerChannelReady', 'ChannelFailure', words)
      throw error
    }
  }

  #markDataPlane(broker: CurrentBroker, marks: Marks): void {
    const { objects, systemNamespace, acknowledgements } = this.#world
    const parts = [
      ['FilterReady', dataPlaneServices.filter],
      ['IngressReady', dataPlaneServices.ingress]
    ] as const
    // An ingress that has had this Broker keeps it; one that comes later gets it before it gets events.
    const served = marks.isTrue('IngressReady') && broker.status.observedGeneration === broker.metadata.generation
    for (const [type, service] of parts) {
      if (endpointsOf(objects.endpointSlices, systemNamespace, service).length > 0) marks.true(type)
      else
        marks.false(
          type,
          'EndpointsUnavailable',
          `Endpoints are unavailable: no pod behind Service ${systemNamespace}/${service} is ready.`
        )
    }
    const key = memberKey('broker', keyText(keyOf(broker)))
    if (!served && marks.isTrue('IngressReady') && !acknowledgements.servedByAll(key, versionOf(brokerMessage(broker))))
      marks.unknown('IngressReady', 'IngressNotUpdated', 'The ingress does not take events for this Broker yet.')
  }
}
