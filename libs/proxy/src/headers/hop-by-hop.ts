/** Fields that belong to one connection (RFC 9110 7.6.1, and those of its ancestors): a proxy never passes them on. Lower case. */
const hopByHop: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings'
])

/** True for a field that forwarding drops (framing, `TE: trailers`, `Trailer` and upgrades are written anew where they apply). */
export function isHopByHop(lowerName: string): boolean {
  return hopByHop.has(lowerName)
}
