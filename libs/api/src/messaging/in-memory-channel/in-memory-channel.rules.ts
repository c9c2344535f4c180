import type { EventingContext } from '../../admission/eventing/eventing-context.ts'
import { scopeAnnotation } from '../../names/eventing-keys.ts'
import { sameValue } from '../../validation/admission-context.ts'
import { differenceText } from '../../validation/difference.ts'
import { detailed, entryPath, invalidValue, missing, underItem, type FieldError } from '../../validation/field-error.ts'
import type { InMemoryChannel } from './in-memory-channel.ts'

type Subscriber = NonNullable<InMemoryChannel['spec']['subscribers']>[number]

/** What is wrong with an InMemoryChannel. Deliveries are not looked at, as upstream; only the controller changes subscribers. */
export function validateInMemoryChannel(channel: InMemoryChannel, context: EventingContext<InMemoryChannel>): FieldError[] {
  const scope = channel.metadata.annotations?.[scopeAnnotation]
  const path = entryPath('metadata.annotations', scopeAnnotation)
  return [
    ...(channel.spec.subscribers ?? []).flatMap((one, index) => underItem('spec.subscribable.subscriber', index, subscriberErrors(one))),
    ...(scope === undefined || scope === 'cluster' || scope === 'namespace'
      ? []
      : [invalidValue(scope, path, "expected either 'cluster' or 'namespace'")]),
    ...subscriberChanges(channel, context)
  ]
}

const subscriberErrors = ({ subscriberUri, replyUri }: Subscriber): FieldError[] =>
  subscriberUri === undefined && replyUri === undefined
    ? [detailed(missing('replyURI', 'subscriberURI'), 'expected at least one of, got none')]
    : []

function subscriberChanges({ spec }: InMemoryChannel, { before, user, config }: EventingContext<InMemoryChannel>): FieldError[] {
  const controller = `system:serviceaccount:${config.systemNamespace}:eventing-controller`
  if (before === undefined || user === controller || sameValue(before.spec.subscribers, spec.subscribers)) return []
  const message = `Channel.Spec.Subscribers changed by user ${user} which was not the ${controller} service account`
  const details = differenceText({ subscribers: before.spec.subscribers ?? [] }, { subscribers: spec.subscribers ?? [] })
  return [{ message, paths: ['spec.subscribers'], details }]
}
