import { invalidKey, type FieldError } from '../validation/field-error.ts'
import type { CloudEventOverrides } from './source.schema.ts'

/** What is wrong with the attributes that a source adds: the first bad name alone, as upstream. Paths are relative to them. */
export function overridesErrors(overrides: CloudEventOverrides | undefined): FieldError[] {
  for (const name of Object.keys(overrides?.extensions ?? {})) {
    if (name === '') return [invalidKey(name, 'extensions', 'keys MUST NOT be empty')]
    if (!/^[A-Za-z0-9]+$/.test(name)) return [invalidKey(name, 'extensions', 'keys are expected to be alphanumeric')]
  }
  return []
}
