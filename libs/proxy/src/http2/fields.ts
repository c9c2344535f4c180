import type { OutgoingHttpHeaders } from 'node:http2'
import { HeaderList } from '../header-list.ts'
import { isHopByHop } from '../headers/hop-by-hop.ts'
import { nominations } from '../http1/nominations.ts'

/** Fields as node:http2 takes them: lower-case names, repeats as arrays, nothing that belongs to an HTTP/1 connection. */
export function http2Fields(headers: HeaderList): OutgoingHttpHeaders {
  const fields: OutgoingHttpHeaders = {}
  const nominated = nominations(headers)
  headers.forEach((name, value) => {
    const lower = name.toLowerCase()
    if (lower === 'host' || isHopByHop(lower) || nominated?.has(lower) === true) return
    const present = fields[lower]
    if (present === undefined) fields[lower] = value
    else if (Array.isArray(present)) present.push(value)
    else fields[lower] = [String(present), value]
  })
  return fields
}

/** The received fields without pseudo fields. Cookies, which HTTP/2 may split, are joined again (RFC 9113 8.2.3). */
export function listOf(raw: readonly string[]): HeaderList {
  const list = new HeaderList()
  const cookies: string[] = []
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at] as string
    const value = raw[at + 1] as string
    if (name.startsWith(':')) continue
    if (name === 'cookie') cookies.push(value)
    else list.append(name, value)
  }
  if (cookies.length > 0) list.append('cookie', cookies.join('; '))
  return list
}
