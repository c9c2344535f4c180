/** Where in an object a rule is broken, and the causes that say so. */
import type { Cause } from '../http/errors.ts'

/** `path` as texts name it; `prefix` is put before it in a cause's `field`. */
export interface Place {
  readonly path: string
  readonly prefix: string
}

function fieldOf({ path, prefix }: Place): string {
  if (prefix === '' || path === '') return prefix + path || '<nil>'
  return path.startsWith('[') ? prefix + path : `${prefix}.${path}`
}

const cause = (reason: string, place: Place, message: string): Cause => ({ reason, message, field: fieldOf(place) })

/** One builder a kind of cause, in the words of `k8s.io/apimachinery/pkg/util/validation/field`. */
export const causes = {
  required: (place: Place) => cause('FieldValueRequired', place, 'Required value'),
  requiredBecause: (place: Place, text: string) => cause('FieldValueRequired', place, `Required value: ${text}`),
  forbidden: (place: Place, text: string) => cause('FieldValueForbidden', place, `Forbidden: ${text}`),
  type: (place: Place, value: unknown, text: string) =>
    cause('FieldValueTypeInvalid', place, `Invalid value: ${JSON.stringify(value)}: ${text}`),
  invalid: (place: Place, value: unknown, text: string) =>
    cause('FieldValueInvalid', place, `Invalid value: ${JSON.stringify(value)}: ${text}`),
  duplicate: (place: Place, valueText: string) => cause('FieldValueDuplicate', place, `Duplicate value: ${valueText}`),
  tooLong: (place: Place, limit: number) =>
    cause('FieldValueTooLong', place, `Too long: may not be more than ${limit} byte${limit === 1 ? '' : 's'}`),
  tooMany: (place: Place, count: number, limit: number) =>
    cause('FieldValueTooMany', place, `Too many: ${count}: must have at most ${limit} item${limit === 1 ? '' : 's'}`),
  unsupported: (place: Place, value: unknown, supported: readonly unknown[]) =>
    cause(
      'FieldValueNotSupported',
      place,
      `Unsupported value: ${JSON.stringify(value)}: supported values: ${supported.map((one) => JSON.stringify(typeof one === 'object' ? JSON.stringify(one) : String(one))).join(', ')}`
    )
}
