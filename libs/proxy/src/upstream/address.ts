/** How upstreams are named: `ip:port`, `name:port` or `[v6]:port`; with `NAME@` in front of it one that speaks TLS. */

/** The address of an upstream that speaks TLS and must show a certificate of `name` (a DNS name, compared as one). */
export function securedAddress(name: string, socket: string): string {
  return `${name}@${socket}`
}

/** The name that the certificate behind an address must be of; undefined for one that speaks no TLS. */
export function certificateNameOf(address: string): string | undefined {
  const at = address.indexOf('@')
  return at < 0 ? undefined : address.slice(0, at)
}

/** The address without the name of its certificate: what stands in a Host field. */
export function socketOf(address: string): string {
  return address.slice(address.indexOf('@') + 1)
}

/** Host and port of an address. Throws a TypeError on anything else. */
export function splitAddress(address: string): { readonly host: string; readonly port: number } {
  const socket = socketOf(address)
  const colon = socket.lastIndexOf(':')
  const port = Number(socket.slice(colon + 1))
  const host = socket.slice(0, colon).replace(/^\[(.*)\]$/, '$1')
  if (colon < 1 || !Number.isInteger(port) || port < 1 || port > 65_535) throw new TypeError(`upstream address ${address}: want host:port`)
  return { host, port }
}
