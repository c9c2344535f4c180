import { parseUrl } from '../go/url.ts'
import { generic, invalidValue, missingAnyOf, under, type FieldError } from '../validation/field-error.ts'
import { certificateErrors } from './certificates.rules.ts'
import type { Destination } from './destination.schema.ts'
import { kreferenceErrors, type ReferenceRules } from './reference.rules.ts'

const NAMES = '[apiVersion, kind, name]'

/**
 * What is wrong with a destination (reference 2.3). Paths are relative to it. Certificates beside a reference are not looked at, as upstream.
 */
export function destinationErrors(destination: Destination, rules: ReferenceRules): FieldError[] {
  const { ref, uri, CACerts } = destination
  if (ref === undefined && uri === undefined) return [missingAnyOf('ref', 'uri')]
  if (ref !== undefined && uri !== undefined && isAbsolute(uri)) {
    return [generic(`Absolute URI is not allowed when Ref or ${NAMES} is present`, NAMES, 'ref', 'uri')]
  }
  if (ref !== undefined && uri === undefined) return under('ref', kreferenceErrors(ref, rules))
  if (ref !== undefined) return []
  if (!isAbsolute(uri ?? '')) {
    return [invalidValue(`Relative URI is not allowed when Ref and ${NAMES} is absent`, 'uri')]
  }
  return CACerts === undefined ? [] : certificateErrors(CACerts)
}

/** Whether nothing is said at all. */
export const isEmptyDestination = (destination: Destination | undefined): boolean =>
  destination === undefined || Object.values(destination).every((part) => part === undefined)

/** A scheme and a host. */
function isAbsolute(text: string): boolean {
  const url = parseUrl(text)
  return url.ok && url.value.scheme !== '' && url.value.host !== ''
}
