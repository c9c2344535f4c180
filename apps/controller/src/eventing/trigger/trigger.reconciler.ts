import { clear, parseKey, keyOf, keyText, triggerConditions, triggers, type Broker, type KReference, type Trigger } from '@knative-ts/api'
import { errorText, Marks, NotOwnedError, settled, type Outcome } from '@knative-ts/kube'
import type { Resolver } from '../destinations/resolver.ts'
import { dataPlaneServices, serviceUrl } from '../endpoints/service-endpoints.ts'
import { brokerOf, byControllerUid } from '../eventing-objects.ts'
import type { EventingWorld } from '../eventing-world.ts'
import { resolveDeadLetter } from '../marking/dead-letter.ts'
import { deliveryCondition } from '../marking/mark-delivery.ts'
import { markIdentity } from '../marking/mark-policies.ts'
import { tellAddress } from '../marking/tell-address.ts'
import { memberKey } from '../routing/event-table.ts'
import { isOurBroker, triggerMessage } from '../routing/members-of.ts'
import { versionOf } from '../routing/version-of.ts'
import { ensureSubscription } from '../subscription/ensure-subscription.ts'
import { followDependency } from './follow-dependency.ts'
import { subscriptionOf } from './subscription-of.ts'
import { channelOfBroker, followBroker, followSubscription, inheritDeadLetter, marksOf, type CurrentTrigger } from './trigger.plan.ts'

/** A Trigger is a Subscription to its Broker's channel, with a filter before it. */
export class TriggerReconciler {
  readonly #world: EventingWorld
  readonly #resolver: Resolver

  constructor(world: EventingWorld, resolver: Resolver) {
    this.#world = world
    this.#resolver = resolver
  }

  /** Those of other classes' Brokers are their controllers'. Nobody's is ours, to say so. */
  mine = (trigger: Trigger): boolean => {
    const broker = this.#world.objects.brokers.get(parseKey(brokerOf(trigger)))
    return broker === undefined || isOurBroker(broker)
  }

  async reconcile(trigger: CurrentTrigger): Promise<Outcome> {
    const { objects, settings } = this.#world
    const { status } = trigger
    this.#resolver.begin(trigger)
    const served = servedBefore(trigger)
    status.conditions = clear(status.conditions ?? [], triggerConditions, deliveryCondition)
    const marks = marksOf(trigger)
    const broker = objects.brokers.get(parseKey(brokerOf(trigger)))
    if (broker === undefined || broker.metadata.deletionTimestamp !== undefined) return this.#unsubscribe(trigger, marks)
    if (!followBroker(marks, broker)) return settled
    const channel = channelOfBroker(broker)
    if (channel === undefined) {
      const words = 'Broker.Status.Annotations nil or missing values'
      marks.false('BrokerReady', 'MissingBrokerChannel', `Failed to get broker "${broker.metadata.name}" annotations: ${words}`)
      throw new Error(words)
    }
    await this.#subscriber(trigger, marks)
    await this.#deadLetter(trigger, broker, marks)
    markIdentity(marks, settings)
    await this.#subscribe(trigger, broker, channel, marks)
    this.#markFilter(trigger, served, marks)
    await followDependency(trigger, marks, this.#resolver)
    return settled
  }

  async #subscriber(trigger: CurrentTrigger, marks: Marks): Promise<void> {
    try {
      tellAddress(trigger.status, 'subscriber', await this.#resolver.resolve(trigger.spec.subscriber, trigger))
      marks.true('SubscriberResolved')
    } catch (error) {
      tellAddress(trigger.status, 'subscriber', undefined)
      marks.false('SubscriberResolved', "Unable to get the Subscriber's URI", errorText(error))
      throw error
    }
  }

  async #deadLetter(trigger: CurrentTrigger, broker: Broker, marks: Marks): Promise<void> {
    const { delivery } = trigger.spec
    if (delivery?.deadLetterSink === undefined) inheritDeadLetter(trigger.status, broker, marks)
    else await resolveDeadLetter(trigger, delivery, { resolver: this.#resolver, marks, reason: "Unable to get the dead letter sink's URI" })
  }

  async #subscribe(trigger: CurrentTrigger, broker: Broker, channel: KReference, marks: Marks): Promise<void> {
    const { systemNamespace, clusterDomain } = this.#world
    const filter = serviceUrl(dataPlaneServices.filter, systemNamespace, clusterDomain)
    const desired = subscriptionOf(trigger, broker, channel, filter)
    try {
      followSubscription(marks, await ensureSubscription(this.#world.objects.subscriptions, trigger, triggers, desired))
    } catch (error) {
      if (error instanceof NotOwnedError) {
        const words = `trigger "${trigger.metadata.name}" does not own subscription "${error.child}": delete that one, or give the Trigger another name`
        marks.false('SubscriptionReady', 'SubscriptionNotOwnedByTrigger', words)
      } else marks.false('SubscriptionReady', 'NotSubscribed', errorText(error))
      throw error
    }
  }

  /** What a filter has had it keeps: one that comes later gets it before it gets events. */
  #markFilter(trigger: CurrentTrigger, served: string | undefined, marks: Marks): void {
    const version = versionOf(triggerMessage(trigger))
    if (!marks.isTrue('SubscriptionReady') || served === version) return
    if (!this.#world.acknowledgements.servedByAll(memberKey('trigger', keyText(keyOf(trigger))), version))
      marks.unknown('SubscriptionReady', 'FilterNotUpdated', 'The filters do not go by this generation of the Trigger yet.')
  }

  /** Nobody sends events: what is left of an earlier Broker goes. */
  async #unsubscribe(trigger: CurrentTrigger, marks: Marks): Promise<Outcome> {
    const { subscriptions } = this.#world.objects
    const name = parseKey(brokerOf(trigger)).name
    marks.false('BrokerReady', 'BrokerDoesNotExist', `Broker "${name}" does not exist. Create it, or correct spec.broker.`)
    for (const subscription of subscriptions.byIndex(byControllerUid, trigger.metadata.uid ?? '')) await subscriptions.delete(subscription)
    return settled
  }
}

/** The version that the filters have acknowledged, by what the status says; undefined when they have not, or the spec is a newer one. */
function servedBefore(trigger: CurrentTrigger): string | undefined {
  const seen = trigger.status.observedGeneration === trigger.metadata.generation
  return seen && marksOf(trigger).isTrue('SubscriptionReady') ? versionOf(triggerMessage(trigger)) : undefined
}
