import type { Parcel } from '../delivery/parcel.ts'
import type { Delivery } from '../delivery/delivery.ts'

/** One event that a line has taken: it waits for its turn, or is under way. */
export interface Flight {
  readonly id: number
  readonly parcel: Parcel
  /** What it must keep order with; undefined: with nothing, since its line was not ordered when it came. */
  readonly key: string | undefined
  /** performance.now when it came. */
  readonly since: number
  delivery: Delivery | undefined
  /** Says that it is done, to where it came from; undefined once that has been said. */
  done: (() => void) | undefined
  /** It waits for its next attempt: it has no connection, and leaves its place to another. */
  waiting: boolean
  /** It lies in the parking topic as well, or is on its way there. */
  moved: boolean
  /** It has ended; kept only until its copy comes by. */
  over: boolean
}
