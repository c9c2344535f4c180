import { type Exchange, heldBytesOf } from '@knative-ts/proxy'
import type { Place } from '@knative-ts/throttling'
import type { Activated } from '../activated.ts'
import { Leave } from './leave.ts'
import { refuseBusy } from './refuse-busy.ts'
import type { Turns } from './turns.ts'

/**
 * Holds a request until there is a place for it. Undefined when there will be none: it was refused, its client left, its time ran out, its revision is gone,
 * or its room went to a revision that holds less. Then it has its answer, or needs none.
 */
export async function held(exchange: Exchange<Activated>, turns: Turns): Promise<Place | undefined> {
  const { entry, times } = exchange.context
  const leave = new Leave()
  const hold = entry.account.take(heldBytesOf(exchange.request), () => {
    refuseBusy(exchange)
    leave.leave()
  })
  if (hold === undefined) {
    refuseBusy(exchange)
    return undefined
  }
  if (times?.heldFrom === 0) times.heldFrom = performance.now()
  entry.hold(exchange)
  if (exchange.aborted === undefined) exchange.signal.addEventListener('abort', leave.leave)
  else leave.leave()
  const admission = await entry.throttler.acquire(leave)
  if (typeof admission !== 'string') await turns.take(entry)
  entry.letGo(exchange)
  hold.release()
  if (times !== undefined) times.heldTo = performance.now()
  if (typeof admission === 'string') {
    // Who left has its answer already; the breaker itself refuses only when the budget lets more wait than it does.
    if (admission === 'queue-full') refuseBusy(exchange)
    return undefined
  }
  if (!leave.aborted) return admission
  // It left between getting the place and its turn.
  admission.release()
  return undefined
}
