/** An address as Go prints it: IPv4 in its own notation even on a dual-stack socket; empty when the peer has gone. */
export function plainAddress(address: string | undefined): string {
  if (address === undefined) return ''
  return address.startsWith('::ffff:') ? address.slice(7) : address
}
