import type { EventingContext } from '../../admission/eventing/eventing-context.ts'
import { deliveryErrors } from '../../duck/delivery.rules.ts'
import { destinationErrors } from '../../duck/destination.rules.ts'
import { attributeNameErrors, filterListErrors } from '../../duck/filter.rules.ts'
import { changeText } from '../../validation/difference.ts'
import { detailed, disallowed, immutable, missing, multipleOneOf, under, type FieldError } from '../../validation/field-error.ts'
import { triggerAnnotationErrors } from './trigger-annotation.rules.ts'
import type { Trigger } from './trigger.ts'
import type { TriggerSpec } from './trigger.schema.ts'

/** Said where a reference names a namespace that it may not (Trigger.spec.brokerRef, Subscription.spec.channel). */
export const ONLY_HERE = 'only name, apiVersion and kind are supported fields when feature.CrossNamespaceEventLinks is disabled'

/** What is wrong with a Trigger. Its Broker never changes. */
export function validateTrigger(trigger: Trigger, context: EventingContext<Trigger>): FieldError[] {
  const { features, parseCesql } = context.config
  const { filter, filters, subscriber, delivery } = trigger.spec
  return [
    ...under('spec', brokerErrors(trigger.spec, features.crossNamespaceEventLinks)),
    ...under('spec.filter', attributeNameErrors('attributes', filter?.attributes)),
    ...under('spec.filters', filterListErrors(filters, parseCesql)),
    ...under('spec.subscriber', destinationErrors(subscriber, features)),
    ...under('spec.delivery', deliveryErrors(delivery, features)),
    ...triggerAnnotationErrors(trigger),
    ...(context.before === undefined ? [] : changes(context.before, trigger))
  ]
}

function brokerErrors({ broker = '', brokerRef }: TriggerSpec, isElsewhereAllowed: boolean): FieldError[] {
  if (broker === '' && brokerRef === undefined) return [missing('broker')]
  if (broker !== '' && brokerRef !== undefined) return [multipleOneOf('broker', 'brokerRef')]
  if (isElsewhereAllowed || (brokerRef?.namespace ?? '') === '') return []
  return [detailed(disallowed('namespace'), ONLY_HERE)]
}

function changes(before: Trigger, after: Trigger): FieldError[] {
  const was = before.spec.broker ?? ''
  const is = after.spec.broker ?? ''
  return was === is ? [] : [immutable(changeText(was, is), 'broker', 'spec')]
}
