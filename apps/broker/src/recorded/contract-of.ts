import type { Received } from '../testing/recorded-sink.ts'
import { bytesOf, type RecordedRequest, valueOf } from './recording.ts'

/** Headers that are the original's HTTP client's own affair, or the connection's. */
const itsOwn: ReadonlySet<string> = new Set([
  'host',
  'user-agent',
  'content-length',
  'transfer-encoding',
  'connection',
  'accept-encoding',
  'referer'
])

/** What of a delivery is the contract: request line, attributes and passed headers, body. A time of arrival only has to be there. */
export function contractOf({ method, path, headers, body }: Received): object {
  const fields = [...headers]
    .filter(([name]) => !itsOwn.has(name))
    .map(([name, values]) => [name, name === 'ce-knativearrivaltime' ? ['TIME'] : values] as const)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
  const text = body.length > 10_000 ? body.length : body.toString('latin1').replace(/("knativearrivaltime":")[^"]*/, '$1TIME')
  return { method, path, headers: fields, body: text }
}

/** The same of what was recorded. */
export function recordedContract({ method, path, headers, body }: RecordedRequest): object {
  const byName = new Map<string, string[]>()
  for (const [name, value] of headers) {
    const lower = name.toLowerCase()
    byName.set(lower, [...(byName.get(lower) ?? []), valueOf(value)])
  }
  return contractOf({ method, path, headers: byName, body: bytesOf(body) })
}
