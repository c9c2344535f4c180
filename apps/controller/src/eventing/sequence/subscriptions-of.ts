import {
  apiVersionOf,
  childName,
  subscriptions,
  type Destination,
  type KReference,
  type Sequence,
  type Subscription
} from '@knative-ts/api'
import { subscriptionFinalizer } from '../subscription/subscription-finalizer.ts'

/** The name of the channel before a step, and of the Subscription that leads from it to the step. */
export const stepName = ({ metadata }: Sequence, step: number): string => childName(metadata.name ?? '', `-kn-sequence-${step}`)

/** From each channel to its step; what a step answers goes to the next channel, the last answer to the reply. */
export function subscriptionsOf(sequence: Sequence, reference: (name: string) => KReference): Subscription[] {
  const { steps, reply } = sequence.spec
  return steps.map(({ delivery, ...subscriber }, step) => {
    const last = step === steps.length - 1
    const next: Destination | undefined = last ? reply : { ref: reference(stepName(sequence, step + 1)) }
    const { namespace: _beside, ...channel } = reference(stepName(sequence, step))
    return {
      apiVersion: apiVersionOf(subscriptions),
      kind: subscriptions.kind,
      metadata: { name: stepName(sequence, step), namespace: sequence.metadata.namespace ?? '', finalizers: [subscriptionFinalizer] },
      spec: { channel, subscriber, ...(next === undefined ? {} : { reply: next }), ...(delivery === undefined ? {} : { delivery }) }
    }
  })
}
