import type { EventingContext } from '../../admission/eventing/eventing-context.ts'
import { deliveryErrors } from '../../duck/delivery.rules.ts'
import { kreferenceErrors } from '../../duck/reference.rules.ts'
import { brokerClassAnnotation } from '../../names/eventing-keys.ts'
import { sameValue } from '../../validation/admission-context.ts'
import { changeText, differenceText } from '../../validation/difference.ts'
import { immutable, missing, under, type FieldError } from '../../validation/field-error.ts'
import { configNamespaceOf } from './broker.defaults.ts'
import type { Broker } from './broker.ts'

/** What is wrong with a Broker: it has a class, and class and configuration never change. */
export function validateBroker(broker: Broker, context: EventingContext<Broker>): FieldError[] {
  const { features } = context.config
  const namespace = configNamespaceOf(broker, context)
  const { config, delivery } = broker.spec
  const rules = { kreferenceGroup: features.kreferenceGroup, ...(namespace === undefined ? {} : { namespace }) }
  return [
    ...(classOf(broker) === '' ? [missing(brokerClassAnnotation)] : []),
    ...(config === undefined ? [] : under('spec.config', kreferenceErrors(config, rules))),
    ...under('spec.delivery', deliveryErrors(delivery, features, namespace)),
    ...(context.before === undefined ? [] : changes(context.before, broker))
  ]
}

const classOf = (broker: Broker): string => broker.metadata.annotations?.[brokerClassAnnotation] ?? ''

/** A changed configuration hides a changed class. */
function changes(before: Broker, after: Broker): FieldError[] {
  const { delivery: _, ...was } = before.spec
  const { delivery: __, ...is } = after.spec
  if (!sameValue(was, is)) return [immutable(differenceText(was, is), 'spec')]
  if (classOf(before) === classOf(after)) return []
  return [
    { message: 'Immutable annotations changed (-old +new)', paths: ['annotations'], details: changeText(classOf(before), classOf(after)) }
  ]
}
