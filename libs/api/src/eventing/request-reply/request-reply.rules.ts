import type { EventingContext } from '../../admission/eventing/eventing-context.ts'
import { deliveryErrors } from '../../duck/delivery.rules.ts'
import { kreferenceErrors } from '../../duck/reference.rules.ts'
import { parsePeriod } from '../../go/period.ts'
import { invalidValue, under, type FieldError } from '../../validation/field-error.ts'
import type { RequestReply } from './request-reply.ts'

/** What upstream takes for core attributes: `source` is free because of a slip there. */
const CORE = ['', 'id', 'type', 'specversion']

/** What is wrong with a RequestReply. Everything may change. */
export function validateRequestReply(object: RequestReply, { config }: EventingContext<RequestReply>): FieldError[] {
  const { brokerRef, correlationAttribute = '', replyAttribute = '', timeout = '', delivery } = object.spec
  const isBroker = brokerRef.kind === '' || brokerRef.kind.toLowerCase() === 'broker'
  return under('spec', [
    ...under('brokerRef', kreferenceErrors(brokerRef, config.features)),
    ...(isBroker ? [] : [invalidValue(brokerRef.kind, 'brokerRef.kind', 'only a Broker can be referred to')]),
    ...under('delivery', deliveryErrors(delivery, config.features)),
    ...((parsePeriod(timeout) ?? 0) > 0 ? [] : [invalidValue(timeout, 'timeout', 'timeout must be a positive duration')]),
    ...attributeErrors('correlationattribute', correlationAttribute),
    ...attributeErrors('replyattribute', replyAttribute)
  ])
}

const attributeErrors = (field: string, name: string): FieldError[] =>
  CORE.includes(name)
    ? [invalidValue(name, field, `${field} must be non-empty and cannot be a core cloudevent attribute (id, type, specversion, source)`)]
    : []
