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
  if (version !== '1.0' && version !== '0.3') throw wrongVersion(version)
  let present = 0
  // By `forEach`: an iterator makes three objects of each attribute.
  attributes.forEach((value, name) => {
    if (value === '') settleEmpty(attributes, name)
    else if (name === 'id' || name === 'type') present++
    else if (name === 'source') {
      present++
      settleUri(attributes, name, value)
    } else if (name === 'time') settleTime(attributes, value)
    else if (name === (version === '1.0' ? 'dataschema' : 'schemaurl')) settleSchema(attributes, name, value)
  })
  if (present < required.length) {
    throw new InvalidEvent(`${required.find((name) => !attributes.has(name))}: MUST be a non-empty string`)
  }
}

function wrongVersion(version: string | undefined): InvalidEvent {
  if (version === undefined) return new InvalidEvent('specversion: no value')
  return new InvalidEvent(`specversion: ${JSON.stringify(version)} is neither 1.0 nor 0.3`)
}

function settleEmpty(attributes: Map<string, string>, name: string): void {
  if (required.includes(name)) throw new InvalidEvent(`${name}: MUST be a non-empty string`)
  if (name === 'time') throw new InvalidEvent('time: "" is no time of RFC 3339')
  if (optional.includes(name)) attributes.delete(name)
}

function settleTime(attributes: Map<string, string>, time: string): void {
  const utc = utcOf(time)
  if (utc === undefined) throw new InvalidEvent(`time: ${JSON.stringify(time)} is no time of RFC 3339`)
  if (utc !== time) attributes.set('time', utc)
}

function settleSchema(attributes: Map<string, string>, name: string, value: string): void {
  settleUri(attributes, name, value)
  if (name === 'dataschema' && !isAbsolute(value)) throw new InvalidEvent('dataschema: MUST be an absolute URI')
}

const required = ['id', 'source', 'type']
const optional = ['subject', 'dataschema', 'schemaurl', 'datacontenttype', 'datacontentencoding']

function settleUri(attributes: Map<string, string>, name: string, value: string): void {
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
