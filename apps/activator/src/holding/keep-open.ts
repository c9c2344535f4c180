import type { Exchange } from '@knative-ts/proxy'
import type { Activated } from '../activated.ts'

/** How a server's exchange counts what is under way for it (libs/proxy, server-exchange.ts). */
interface Holding {
  hold(): void
  release(): void
}

/** Keeps an exchange open beyond the callback that settled its last attempt: until `until` is resolved it has not gone unanswered. */
export function keepOpen(exchange: Exchange<Activated>, until: Promise<void>): void {
  const holding = exchange as Exchange<Activated> & Holding
  holding.hold()
  void until.finally(() => holding.release())
}
