import type { Parcel } from './parcel.ts'
import type { Span, Submission } from '@knative-ts/proxy'
import type { Destination } from '../table/destination.ts'
import type { Subscription } from '../table/subscription.ts'
import { attemptSpan, endAttempt, tracedFields } from '../telemetry/event-spans.ts'
import { type Answer, isSuccess } from './answer.ts'
import type { Deliverer, DeliveryListener, HopKind } from './delivery.ts'
import type { Errand } from './hop.ts'
import type { Outgoing } from './outgoing.ts'
import { replyIn } from './reply.ts'
import { failLater, type Sent } from './sender.ts'
import { type NoTarget, type Target, targetOfKnown } from './target.ts'

/** The delivery that something is sent for. */
export interface Trip {
  readonly deliverer: Deliverer
  readonly subscription: Subscription
  readonly parcel: Parcel
  readonly listener: DeliveryListener
  readonly span: Span | undefined
  /** The last answer of an errand of which nobody else is told. */
  answered(destination: Destination | undefined, answer: Answer): void
}

const unresolved: NoTarget = { problem: 'the subscriber is not resolved' }

/** Sending an event to one destination: an object, because there is one for each event, and functions for all of it would be garbage that counts. */
export class Sending implements Errand {
  readonly #done: ((answer: Answer) => void) | undefined
  readonly #trip: Trip
  readonly #kind: HopKind
  readonly #destination: Destination | undefined
  readonly #outgoing: Outgoing
  #startedAt = 0
  #attempts = 0

  /** @param done undefined: the trip is told. */
  constructor(
    trip: Trip,
    kind: HopKind,
    destination: Destination | undefined,
    outgoing: Outgoing,
    done: ((answer: Answer) => void) | undefined
  ) {
    this.#trip = trip
    this.#kind = kind
    this.#destination = destination
    this.#outgoing = outgoing
    this.#done = done
  }

  get rule(): Subscription['retry'] {
    return this.#trip.subscription.retry
  }

  attempt(answered: (answer: Answer) => void): Sent {
    this.#startedAt = performance.now()
    const target = this.#destination === undefined ? unresolved : targetOfKnown(this.#destination)
    if ('problem' in target) return failLater(target.problem, answered)
    const stale = this.#staleOf(this.#attempts++)
    const { span, deliverer, subscription } = this.#trip
    if (span !== undefined) return this.#traced(span, target, answered, stale)
    return deliverer.sender.post(target, this.#outgoing, subscription.retry.timeoutMs, answered, stale)
  }

  /**
   * A receiver that drops connections gets an event as often as its rule says, so a kept connection that fails counts as an attempt, and the
   * last one makes no use of any. Without retries the event is sent once more instead: nobody else would.
   */
  #staleOf(attempts: number): Submission['stale'] {
    const { retries } = this.rule
    return retries === 0 ? 'again' : attempts < retries ? 'fail' : 'fresh'
  }

  /** An answer of a trigger's subscriber that is neither empty nor an event is a failure (reference 3.3). */
  judged(answer: Answer): Answer {
    if (this.#kind !== 'subscriber' || this.#trip.subscription.trigger === undefined || !isSuccess(answer)) return answer
    // Nearly all answers.
    if (answer.headers === undefined && answer.body.length === 0) return answer
    const found = replyIn(answer)
    if (found.kind !== 'other') return answer
    return { status: 502, problem: found.reason, body: answer.body, headers: undefined }
  }

  attempted(answer: Answer): void {
    const { deliverer, subscription, parcel } = this.#trip
    deliverer.attempted(subscription, parcel, this.#kind, this.#destination?.url ?? '', answer, this.#startedAt)
  }

  done(answer: Answer): void {
    if (this.#done === undefined) this.#trip.answered(this.#destination, answer)
    else this.#done(answer)
  }

  waits(waiting: boolean): void {
    this.#trip.listener.waits(waiting)
  }

  #traced(delivery: Span, target: Target, answered: (answer: Answer) => void, stale: Submission['stale']): Sent {
    const span = attemptSpan(delivery, target)
    const outgoing = { ...this.#outgoing, fields: tracedFields(this.#outgoing.fields, span) }
    const ended = (answer: Answer): void => {
      endAttempt(span, answer)
      answered(answer)
    }
    return this.#trip.deliverer.sender.post(target, outgoing, this.rule.timeoutMs, ended, stale)
  }
}
