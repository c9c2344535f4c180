import type { CloudEvent } from '../event/cloud-event.ts'
import { base64Of } from '../text/base64.ts'
import { latin1Of, latin1Utf8Of, textOfLatin1, writeLatin1 } from '../text/utf8.ts'
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
  return { headers: [['content-type', `${structuredType}; charset=UTF-8`]], body }
}

/** What stands before and after data that are copied in; without such data the prefix has everything. */
function parts(event: CloudEvent): { readonly prefix: string; readonly data: Uint8Array | undefined; readonly suffix: string } {
  const members = attributesOf(event).map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`)
  const open = (): string => latin1Utf8Of(`{${members.join(',')}`)
  if (event.data === undefined) return { prefix: open(), data: undefined, suffix: '}' }
  const text = textOfLatin1(latin1Of(event.data))
  if (isJson(event.attributes.get('datacontenttype')) && text !== undefined && parses(text)) {
    return { prefix: `${open()},"data":`, data: event.data, suffix: '}' }
  }
  if (text !== undefined && isText(event.attributes.get('datacontenttype'))) {
    members.push(`"data":${JSON.stringify(text)}`)
  } else if (event.attributes.get('specversion') === '0.3') {
    members.push('"datacontentencoding":"base64"', `"data":"${base64Of(event.data)}"`)
  } else members.push(`"data_base64":"${base64Of(event.data)}"`)
  return { prefix: open(), data: undefined, suffix: '}' }
}

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

const first = ['specversion', 'id', 'source', 'type', 'datacontenttype']

/** The attributes as JSON values: those of every event first. An extension that is called data would be read as the data: it is left out. */
function attributesOf(event: CloudEvent): [string, string | number | boolean][] {
  const out: [string, string | number | boolean][] = []
  for (const name of first) {
    const value = event.attributes.get(name)
    if (value !== undefined) out.push([name, value])
  }
  for (const [name, value] of event.attributes) {
    if (!first.includes(name) && name !== 'data' && name !== 'datacontentencoding') out.push([name, event.typed?.get(name) ?? value])
  }
  return out
}
