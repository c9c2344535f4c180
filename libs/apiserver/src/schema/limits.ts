/** The limits that a schema node sets on one value, apart from its type. */
import type { Cause } from '../http/errors.ts'
import { duplicates } from './duplicates.ts'
import { hasFormat } from './formats.ts'
import { member, type JsonObject } from './json.ts'
import { matches } from './pattern.ts'
import { causes, type Place } from './place.ts'
import type { Schema } from './schema.ts'

export function checkString(schema: Schema, value: string, place: Place, found: Cause[]): void {
  const { minLength, maxLength, pattern, format } = schema
  // Go counts runes, as spreading a string does.
  const length = minLength === undefined && maxLength === undefined ? 0 : [...value].length
  // The reference tells the first of these alone.
  if (maxLength !== undefined && length > maxLength) found.push(causes.tooLong(place, maxLength))
  else if (minLength !== undefined && length < minLength) {
    found.push(causes.invalid(place, value, `${place.path} in body should be at least ${minLength} chars long`))
  } else if (pattern !== undefined && !matches(pattern, value))
    found.push(causes.invalid(place, value, `${place.path} in body should match '${pattern}'`))
  if (format !== undefined && !hasFormat(format, value)) {
    found.push(causes.type(place, value, `${place.path} in body must be of type ${format}: ${JSON.stringify(value)}`))
  }
}

export function checkNumber(schema: Schema, value: number, place: Place, found: Cause[]): void {
  const { minimum, maximum, exclusiveMinimum = false, exclusiveMaximum = false, multipleOf } = schema
  if (multipleOf !== undefined) checkMultiple(multipleOf, value, place, found)
  if (maximum !== undefined && (exclusiveMaximum ? value >= maximum : value > maximum)) {
    found.push(
      causes.invalid(place, value, `${place.path} in body should be less than ${exclusiveMaximum ? '' : 'or equal to '}${maximum}`)
    )
  }
  if (minimum !== undefined && (exclusiveMinimum ? value <= minimum : value < minimum)) {
    found.push(
      causes.invalid(place, value, `${place.path} in body should be greater than ${exclusiveMinimum ? '' : 'or equal to '}${minimum}`)
    )
  }
}

/** The reference truncates the factor for whole numbers: 0.5 becomes 0, and 0 is refused as a factor, which is told in the value's place. */
function checkMultiple(multipleOf: number, value: number, place: Place, found: Cause[]): void {
  const factor = Number.isSafeInteger(value) ? Math.trunc(multipleOf) : multipleOf
  if (factor <= 0) found.push(causes.invalid(place, factor, `factor MultipleOf declared for ${place.path} must be positive: ${factor}`))
  else if (!Number.isInteger(Number((value / factor).toPrecision(12)))) {
    found.push(causes.invalid(place, value, `${place.path} in body should be a multiple of ${multipleOf}`))
  }
}

export function checkList(schema: Schema, value: readonly unknown[], place: Place, found: Cause[]): void {
  const { minItems, maxItems } = schema
  if (maxItems !== undefined && value.length > maxItems) found.push(causes.tooMany(place, value.length, maxItems))
  if (minItems !== undefined && value.length < minItems) {
    found.push(causes.invalid(place, value.length, `${place.path} in body should have at least ${minItems} items`))
  }
  found.push(...duplicates(schema, value, place))
}

export function checkObject(schema: Schema, value: JsonObject, place: Place, found: Cause[]): void {
  const { minProperties, maxProperties } = schema
  const count = Object.keys(value).length
  if (maxProperties !== undefined && count > maxProperties) found.push(causes.tooMany(place, count, maxProperties))
  if (minProperties !== undefined && count < minProperties) {
    found.push(causes.invalid(place, count, `${place.path} in body should have at least ${minProperties} properties`))
  }
}

/** Members that must be there; told after what is wrong with those that are. */
export function checkRequired({ required = [] }: Schema, value: JsonObject, place: Place, found: Cause[]): void {
  for (const key of required) {
    if (member(value, key) === undefined) found.push(causes.required({ ...place, path: place.path === '' ? key : `${place.path}.${key}` }))
  }
}
