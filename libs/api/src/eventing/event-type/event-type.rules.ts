import { invalidValue, missing, under, type FieldError } from '../../validation/field-error.ts'
import type { EventType } from './event-type.ts'

/** What is wrong with an EventType of v1beta2. EventTypes are mutable, as upstream. */
export const validateEventType = (eventType: EventType): FieldError[] => (eventType.spec.type === '' ? [missing('spec.type')] : [])

/** What is wrong with one of v1beta1: beside that, URIs that are there and empty. */
export function validateEventTypeV1beta1(eventType: EventType): FieldError[] {
  const { source, schema } = eventType.spec
  const empty = (field: string, text: string | undefined): FieldError[] =>
    text === '' ? [invalidValue(text, field, `${field} URI cannot be empty`)] : []
  return [...validateEventType(eventType), ...under('spec', [...empty('source', source), ...empty('schema', schema)])]
}
