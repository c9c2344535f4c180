import {
  channelStatusAnnotations,
  readyOf,
  triggerConditions,
  type Broker,
  type KReference,
  type Subscription,
  type Trigger,
  type TriggerStatus
} from '@knative-ts/api'
import { Marks } from '@knative-ts/kube'
import { markNoDeadLetter } from '../marking/dead-letter.ts'
import { deliveryCondition } from '../marking/mark-delivery.ts'
import { tellAddress, toldAddress } from '../marking/tell-address.ts'

export type CurrentTrigger = Trigger & { status: TriggerStatus }

/** Takes over whether the Broker is ready. False: it is not, and the pass ends. */
export function followBroker(marks: Marks, broker: Broker): boolean {
  const ready = readyOf(broker)
  if (ready === undefined) marks.unknown('BrokerReady', 'BrokerNotConfigured', 'Broker has not yet been reconciled.')
  else marks.mirror('BrokerReady', ready)
  return ready?.status === 'True'
}

/** The channel of a Broker, as the Broker tells it; undefined when it does not. */
export function channelOfBroker(broker: Broker): KReference | undefined {
  const told = broker.status?.annotations ?? {}
  const [apiVersion, kind, name] = [channelStatusAnnotations.apiVersion, channelStatusAnnotations.kind, channelStatusAnnotations.name].map(
    (annotation) => told[annotation]
  )
  return apiVersion === undefined || kind === undefined || name === undefined ? undefined : { apiVersion, kind, name }
}

/** The dead letter sink of the Broker, for a Trigger that names none; throws when the Broker wants one and has not found it. */
export function inheritDeadLetter(status: TriggerStatus, broker: Broker, marks: Marks): void {
  const wanted = broker.spec.delivery?.deadLetterSink !== undefined
  const told = toldAddress(broker.status, 'deadLetterSink')
  tellAddress(status, 'deadLetterSink', wanted ? told : undefined)
  if (!wanted) {
    markNoDeadLetter(marks)
    return
  }
  if (told !== undefined) {
    marks.true('DeadLetterSinkResolved')
    return
  }
  const words = `Broker ${broker.metadata.name} didn't set status.deadLetterSinkURI`
  marks.false('DeadLetterSinkResolved', "Unable to get the dead letter sink's URI", words)
  throw new Error(words)
}

/** Takes over what the Subscription says, of readiness and of deliveries; undefined: it is being made anew. */
export function followSubscription(marks: Marks, subscription: Subscription | undefined): void {
  const ready = subscription && readyOf(subscription)
  const current = subscription?.status?.observedGeneration === subscription?.metadata.generation
  if (ready === undefined || !current)
    marks.unknown('SubscriptionReady', 'SubscriptionNotConfigured', 'Subscription has not yet been reconciled.')
  else marks.mirror('SubscriptionReady', ready)
  const delivery = subscription?.status?.conditions?.find(({ type }) => type === deliveryCondition)
  if (delivery !== undefined) marks.false(deliveryCondition, delivery.reason ?? '', delivery.message ?? '')
}

export const marksOf = (trigger: CurrentTrigger): Marks => new Marks(trigger.status, triggerConditions)
