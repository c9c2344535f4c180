import type { CloudEvent, HeaderSource } from '../event/cloud-event.ts'
import { InvalidEvent } from '../event/invalid-event.ts'
import { isAttributeName, settle } from '../event/settle.ts'
import { isAscii, textOfLatin1 } from '../text/utf8.ts'

/** Attribute names by header name: those of requests are few, and checking each again costs more than all the rest. */
const known = new Map<string, string>()
const knownAtMost = 1024

/**
 * Reads an event of binary mode: `ce-` headers and the body as it is (CloudEvents HTTP binding, 3.1). Of repeated headers the first wins,
 * percent-encoding stays. Throws {@link InvalidEvent}.
 */
export function readBinary(headers: HeaderSource, contentType: string | undefined, body: Uint8Array): CloudEvent {
  const attributes = new Map<string, string>()
  let bare = false
  headers.forEach((header, value) => {
    if (header.charCodeAt(0) !== 99 || header.charCodeAt(1) !== 101 || header.charCodeAt(2) !== 45) return
    const name = known.get(header) ?? nameOf(header)
    if (attributes.has(name)) return
    if (isAscii(value)) attributes.set(name, value)
    else {
      attributes.set(name, textOfLatin1(value))
      bare = true
    }
  })
  if (contentType !== undefined && contentType !== '') attributes.set('datacontenttype', contentType)
  settle(attributes)
  const data = body.length === 0 ? undefined : body
  return bare ? { attributes, bare: true, data } : { attributes, data }
}

function nameOf(header: string): string {
  const name = header.slice(3)
  if (!isAttributeName(name)) throw new InvalidEvent(`${header}: attribute names are lower-case letters and digits`)
  if (name === 'datacontenttype') throw new InvalidEvent(`${header}: the type of the data belongs in Content-Type`)
  if (known.size < knownAtMost) known.set(header, name)
  return name
}
