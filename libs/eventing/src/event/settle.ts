import { InvalidEvent } from './invalid-event.ts'
import { utcOf } from './timestamp.ts'
import { isAbsolute, uriReferenceOf } from './uri-reference.ts'

const usualUri = /^(?:https?:\/\/[a-zA-Z0-9.-]+)?(?:\/[\w\-.~]*)*$/

/**
 * Brings freshly read attributes into the form that is kept, or throws {@link InvalidEvent}: required ones are there (CloudEvents 1.0 and
 * 0.3, section "Required Attributes"), time is UTC, URIs can be read. Empty optional ones count as absent, as with the original.
 */
export function settle(attributes: Map<string, string>): void {
  const version = attributes.get('specversion')
  if (version === undefined) throw new InvalidEvent('specversion: no value')
  if (version !== '1.0' && version !== '0.3') throw new InvalidEvent(`specversion: ${JSON.stringify(version)} is neither 1.0 nor 0.3`)
  for (const name of required) {
    const value = attributes.get(name)
    if (value === undefined || value === '') throw new InvalidEvent(`${name}: MUST be a non-empty string`)
  }
  settleUri(attributes, 'source')
  const time = attributes.get('time')
  if (time !== undefined) {
    const utc = utcOf(time)
    if (utc === undefined) throw new InvalidEvent(`time: ${JSON.stringify(time)} is no time of RFC 3339`)
    if (utc !== time) attributes.set('time', utc)
  }
  for (const name of optional) if (attributes.get(name) === '') attributes.delete(name)
  const schema = version === '1.0' ? 'dataschema' : 'schemaurl'
  if (attributes.has(schema)) {
    settleUri(attributes, schema)
    if (version === '1.0' && !isAbsolute(attributes.get(schema) ?? '')) throw new InvalidEvent('dataschema: MUST be an absolute URI')
  }
}

const required = ['id', 'source', 'type'] as const
const optional = ['subject', 'dataschema', 'schemaurl', 'datacontenttype', 'datacontentencoding'] as const

function settleUri(attributes: Map<string, string>, name: string): void {
  const value = attributes.get(name) ?? ''
  if (usualUri.test(value)) return
  const kept = uriReferenceOf(value)
  if (kept === undefined) throw new InvalidEvent(`${name}: ${JSON.stringify(value)} is no URI reference`)
  if (kept !== value) attributes.set(name, kept)
}

/** Whether a name may be an attribute's: lower-case ASCII letters and digits, at least one. */
export function isAttributeName(name: string): boolean {
  for (let at = 0; at < name.length; at++) {
    const code = name.charCodeAt(at)
    if (!((code >= 97 && code <= 122) || (code >= 48 && code <= 57))) return false
  }
  return name !== ''
}
