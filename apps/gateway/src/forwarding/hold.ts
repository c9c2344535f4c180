import type { Exchange } from '@knative-ts/proxy'

/** What an exchange of a server has beside its interface, for those who answer it when nothing is under way. */
interface Holdable {
  hold(): void
  release(): void
}

/** Keeps an exchange open while somebody waits to send it again; call what it returns, once, when that is over. */
export function hold(exchange: Exchange): () => void {
  if (!('hold' in exchange && 'release' in exchange)) throw new TypeError('hold: the exchange is not one of a server')
  const held = exchange as Exchange & Holdable
  held.hold()
  return () => held.release()
}
