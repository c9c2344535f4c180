import type { HeaderList } from '../header-list.ts'

/**
 * Gives the request a `Forwarded` field (RFC 7239) made of its X-Forwarded-For, -Proto and -Host, when it has any of them and no Forwarded
 * (reference 5.2.8): `for=<first>;host=<host>;proto=<proto>, for=<second>`.
 */
export function shimForwarded(headers: HeaderList): void {
  if (headers.has('Forwarded')) return
  // Most requests inside of a cluster have none of them.
  if (!headers.has('X-Forwarded-For') && !headers.has('X-Forwarded-Proto') && !headers.has('X-Forwarded-Host')) return
  const hops = headers.getAll('X-Forwarded-For').flatMap((value) => value.split(',').map((hop) => hop.trim()))
  const forwarded = forwardedOf(
    hops.filter((hop) => hop !== ''),
    headers.get('X-Forwarded-Proto'),
    headers.get('X-Forwarded-Host')
  )
  if (forwarded !== '') headers.set('Forwarded', forwarded)
}

/** The value for these hops, protocol and host; empty when all are missing. */
export function forwardedOf(hops: readonly string[], proto: string | undefined, host: string | undefined): string {
  const [first, ...rest] = hops
  const head: string[] = []
  if (first !== undefined) head.push(`for=${node(first)}`)
  if (host) head.push(`host=${host}`)
  if (proto) head.push(`proto=${proto}`)
  return [head.join(';'), ...rest.map((hop) => `for=${node(hop)}`)].filter((element) => element !== '').join(', ')
}

/** IPv6 addresses stand in brackets and quotes (RFC 7239 section 6). */
function node(address: string): string {
  if (!address.includes(':') || address.startsWith('"')) return address
  return address.startsWith('[') ? `"${address}"` : `"[${address}]"`
}
