import type { Exchange } from './exchange.ts'
import type { Stage } from './pipeline.ts'
import { type Swept, sweepWhileUsed } from '../sweeper.ts'

/** The three timers of a revision in milliseconds; 0 is off. */
export interface Deadlines {
  /** The whole exchange, whatever has flowed. */
  readonly timeoutMs: number
  /** Until the first byte of head or body went to the client. */
  readonly responseStartMs: number
  /** Since the last write to the client; with nothing written yet, since the start. */
  readonly idleMs: number
}

/** Resolution of the deadlines in milliseconds: they fire up to this late, never early. */
export const deadlineTickMs = 50

/**
 * Knative's three timers (reference 5.4): 504 with `message`, or the response cut and terminated properly when it has started.
 * Inner stages see the signal fire with `expired`; what they write later is discarded. 101 and tunnel frames are no writes.
 */
export function deadlines<C>(limitsOf: (exchange: Exchange<C>) => Deadlines, message: string): Stage<C> {
  const running = sweepWhileUsed<Running>(deadlineTickMs, (entry, now) => {
    if (isOver(entry.exchange, entry.limits, now)) {
      running.remove(entry)
      entry.exchange.expire(504, message)
    }
  })
  return (exchange, next) => {
    const limits = limitsOf(exchange)
    if (!isOff(limits)) {
      const entry = { exchange, limits, slot: -1 }
      running.add(entry)
      exchange.onEnd(() => running.remove(entry))
    }
    return next(exchange)
  }
}

interface Running extends Swept {
  readonly exchange: Pick<Exchange, 'startedAt' | 'response' | 'expire'>
  readonly limits: Deadlines
}

function isOff(limits: Deadlines): boolean {
  return limits.timeoutMs === 0 && limits.responseStartMs === 0 && limits.idleMs === 0
}

/** Whether one of the timers has run out at `now` (performance.now). */
export function isOver(exchange: Pick<Exchange, 'startedAt' | 'response'>, limits: Deadlines, now: number): boolean {
  const age = now - exchange.startedAt
  const { lastWriteAt } = exchange.response
  if (limits.timeoutMs > 0 && age >= limits.timeoutMs) return true
  if (limits.responseStartMs > 0 && lastWriteAt === 0 && age >= limits.responseStartMs) return true
  return limits.idleMs > 0 && now - (lastWriteAt === 0 ? exchange.startedAt : lastWriteAt) >= limits.idleMs
}
