import type { CloudEvent } from '../event/cloud-event.ts'
import { base64Of } from '../text/base64.ts'
import { hasStrayBytes, latin1Utf8Of, textOf, writeLatin1 } from '../text/utf8.ts'
import { isJson } from './media-type.ts'
import { structuredType } from './read-event.ts'

/** An event as a request's or response's headers and body. */
export interface Written {
  readonly headers: [name: string, value: string][]
  readonly body: Uint8Array
}

const nothing = new Uint8Array(0)

/**
 * Writes an event in binary mode: `ce-` headers, `content-type`, the data's bytes as they are. What may not stand in a header is
 * percent-encoded (CloudEvents HTTP binding, 3.1.3.2); spaces stay, and so do quotes and percent signs, as with the original.
 */
export function writeBinary(event: CloudEvent): Written {
  const headers: [string, string][] = []
  for (const [name, value] of event.attributes) {
    headers.push([name === 'datacontenttype' ? 'content-type' : `ce-${name}`, headerValue(value, event.bare === true)])
  }
  return { headers, body: event.data ?? nothing }
}

/** Printable ASCII with spaces inside: most values. A space at an end would be lost on the way. */
const fit = /^(?:[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?)?$/

function headerValue(value: string, bare: boolean): string {
  if (fit.test(value)) return value
  return latin1Utf8Of(value).replace(bare ? /[^\x20-\x7e\x80-\xff]|^ | $/g : /[^\x20-\x7e]|^ | $/g, (byte) => {
    return `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
  })
}

/**
 * Writes an event in the JSON format. JSON data are copied in as they are, when they are JSON; text of other types becomes a string, all
 * else base64 (`data_base64`; of 0.3 `data` with `datacontentencoding`).
 */
export function writeStructured(event: CloudEvent): Written {
  const { prefix, data, suffix } = parts(event)
  const body = new Uint8Array(prefix.length + (data?.length ?? 0) + suffix.length)
  let at = writeLatin1(body, 0, prefix)
  if (data !== undefined) {
    body.set(data, at)
    at += data.length
  }
  writeLatin1(body, at, suffix)
  return { headers: [['content-type', structuredType]], body }
}

/** What stands before and after data that are copied in; without such data the prefix has everything. Extensions come last, as with the original. */
function parts(event: CloudEvent): { readonly prefix: string; readonly data: Uint8Array | undefined; readonly suffix: string } {
  const members: string[] = []
  for (const name of ofEvents) {
    const value = event.attributes.get(name)
    if (value !== undefined) members.push(member(name, value))
  }
  const extensions = extensionsOf(event)
  const text = event.data && utf8TextOf(event.data)
  const type = event.attributes.get('datacontenttype')
  if (event.data !== undefined && text !== undefined && isJson(type) && parses(text)) {
    const suffix = extensions.map((extension) => `,${extension}`).join('')
    return { prefix: latin1Utf8Of(`{${members.join(',')},"data":`), data: event.data, suffix: latin1Utf8Of(`${suffix}}`) }
  }
  if (event.data !== undefined) members.push(...encoded(event.data, text, type, event.attributes.get('specversion')))
  return { prefix: latin1Utf8Of(`{${[...members, ...extensions].join(',')}`), data: undefined, suffix: '}' }
}

/** Undefined for bytes that are no UTF-8. */
function utf8TextOf(data: Uint8Array): string | undefined {
  const text = textOf(data)
  return hasStrayBytes(text) ? undefined : text
}

function encoded(data: Uint8Array, text: string | undefined, type: string | undefined, version: string | undefined): string[] {
  if (text !== undefined && isText(type)) return [member('data', text)]
  const base64 = base64Of(data)
  return version === '0.3' ? ['"datacontentencoding":"base64"', member('data', base64)] : [member('data_base64', base64)]
}

const member = (name: string, value: string | number | boolean): string => `${JSON.stringify(name)}:${JSON.stringify(value)}`

/** Types whose data are better read as text than as base64. */
const isText = (contentType: string | undefined): boolean => /^\s*(?:text\/|application\/(?:xml|yaml)|[^;]*\+xml)/i.test(contentType ?? '')

function parses(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    // No JSON whatever the type says: it goes as text or base64, not a byte changed.
    return false
  }
}

const ofEvents = ['specversion', 'id', 'source', 'type', 'subject', 'datacontenttype', 'dataschema', 'schemaurl', 'time']
/** Members of the data: an extension of such a name would be read as the data, so it is left out. */
const ofData = ['data', 'datacontentencoding']

function extensionsOf(event: CloudEvent): string[] {
  const names = [...event.attributes.keys()].filter((name) => !ofEvents.includes(name) && !ofData.includes(name)).toSorted()
  return names.map((name) => member(name, event.typed?.get(name) ?? event.attributes.get(name) ?? ''))
}
