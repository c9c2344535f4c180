import type { EventingFeatures } from '../config/eventing/features-config.ts'
import { parsePeriod } from '../go/period.ts'
import { disallowed, invalidValue, under, type FieldError } from '../validation/field-error.ts'
import type { DeliverySpec } from './delivery.schema.ts'
import { destinationErrors } from './destination.rules.ts'

const POLICIES = ['linear', 'exponential']
const FORMATS = ['json', 'binary']

/** What is wrong with a delivery (reference 8.3). Paths are relative to it. `namespace`: where the dead letter sink must be, if anywhere. */
export function deliveryErrors(delivery: DeliverySpec | undefined, features: EventingFeatures, namespace?: string): FieldError[] {
  if (delivery === undefined) return []
  const { deadLetterSink, retry = 0, timeout, backoffPolicy, backoffDelay, retryAfterMax, format } = delivery
  const rules = { kreferenceGroup: features.kreferenceGroup, ...(namespace === undefined ? {} : { namespace }) }
  return [
    ...(deadLetterSink === undefined ? [] : under('deadLetterSink', destinationErrors(deadLetterSink, rules))),
    ...(retry < 0 ? [invalidValue(retry, 'retry')] : []),
    ...period('timeout', timeout, features.deliveryTimeout, (ms) => ms !== 0),
    ...word('backoffPolicy', backoffPolicy, POLICIES),
    ...period('backoffDelay', backoffDelay, true, () => true),
    ...period('retryAfterMax', retryAfterMax, features.deliveryRetryAfter, (ms) => ms >= 0),
    ...word('format', format, FORMATS)
  ]
}

function period(field: string, text: string | undefined, isAllowed: boolean, isGood: (ms: number) => boolean): FieldError[] {
  if (text === undefined) return []
  if (!isAllowed) return [disallowed(field)]
  const ms = parsePeriod(text)
  return ms === undefined || !isGood(ms) ? [invalidValue(text, field)] : []
}

const word = (field: string, text: string | undefined, words: readonly string[]): FieldError[] =>
  text === undefined || words.includes(text) ? [] : [invalidValue(text, field)]
