import { valuesOf } from '../../libs/proxy/src/strictness/answers.ts'
import type { Seen } from '../../libs/proxy/src/strictness/rule.ts'

/** Fields that belong to a connection (RFC 9110 7.6.1), as a proxy must know them. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'transfer-encoding',
  'upgrade',
  'http2-settings'
])
/** What a client may not have dropped by nominating it. */
const kept = /^(?:forwarded|x-forwarded-.*|k-.*|knative-.*)$/

/** What the upstream at `address` must see of a request that a proxy has accepted: all of it but what belongs to the client's connection. */
export function forwardedSeen(seen: Seen, address: string): Seen {
  const { fields, upgrade } = seen
  const nominated = new Set(
    valuesOf(fields, 'connection').flatMap((value) => value.split(',').map((name) => name.replace(/^[ \t]+|[ \t]+$/g, '').toLowerCase()))
  )
  const stay = fields.filter((field) => {
    const name = field.slice(0, field.indexOf(':')).toLowerCase()
    return !hopByHop.has(name) && (!nominated.has(name) || kept.test(name))
  })
  const added = upgrade === undefined ? [] : ['Connection: Upgrade', `Upgrade: ${upgrade}`]
  const te = valuesOf(fields, 'te').some((value) => value.split(',').some((coding) => coding.trim().toLowerCase() === 'trailers'))
  return { ...seen, version: '1.1', host: seen.host || address, fields: [...stay, ...(te ? ['TE: trailers'] : []), ...added] }
}
