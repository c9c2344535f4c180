/** What becomes of one event for one subscription, from its first attempt to its end (reference C2, 3.3, 3.7). */
import { type CloudEvent, errorExtensions, type Header, isRetriable, withAttributes } from '@knative-ts/eventing'
import { fieldLine, type Span } from '@knative-ts/proxy'
import { attributes } from '../event-attributes.ts'
import type { Taken } from '../ingress/intake.ts'
import type { Destination } from '../table/destination.ts'
import type { Subscription } from '../table/subscription.ts'
import { continued, type EventSpans } from '../telemetry/event-spans.ts'
import { type Answer, isSuccess } from './answer.ts'
import { type Errand, Hop } from './hop.ts'
import type { Outgoing } from './outgoing.ts'
import { outgoingOf, type Parcel } from './parcel.ts'
import { replyIn } from './reply.ts'
import type { Sender, Sent } from './sender.ts'
import { Sending, type Trip } from './sending.ts'

/** How a delivery ended. */
export type DeliveryEnd =
  | 'delivered'
  | 'dead-lettered'
  /** Nobody took it, and there is no dead letter sink, or one that refuses it. */
  | 'dropped'

/** Which of a delivery's destinations an attempt was made at. */
export type HopKind = 'subscriber' | 'reply' | 'dead-letter'

export interface Deliverer {
  readonly sender: Sender
  readonly spans: EventSpans
  /** Takes the reply of a trigger's subscriber into its broker. */
  readonly reenter: (subscription: Subscription, broker: string, event: CloudEvent, passed: readonly Header[]) => Promise<Taken>
  /** Told of each attempt; `startedAt` of performance.now. */
  readonly attempted: (subscription: Subscription, parcel: Parcel, kind: HopKind, url: string, answer: Answer, startedAt: number) => void
}

/** Milliseconds between two rounds of attempts at a dead letter sink that is away: at first, and at most. */
const deadLetterPause = { firstMs: 1_000, mostMs: 60_000 }
const preferReply = fieldLine('Prefer', 'reply')

/** Who is told of a delivery. */
export interface DeliveryListener {
  /** It begins to wait for its next attempt, or has waited. */
  waits(waiting: boolean): void
  done(end: DeliveryEnd, reason: string): void
}

/** One event on its way to one subscription. */
export class Delivery implements Trip {
  readonly deliverer: Deliverer
  readonly subscription: Subscription
  readonly parcel: Parcel
  readonly listener: DeliveryListener
  #hop: Hop | undefined
  #timer: NodeJS.Timeout | undefined
  #over = false
  span: Span | undefined

  constructor(deliverer: Deliverer, subscription: Subscription, parcel: Parcel, listener: DeliveryListener) {
    this.deliverer = deliverer
    this.subscription = subscription
    this.parcel = parcel
    this.listener = listener
  }

  start(): void {
    const { spans } = this.deliverer
    if (!spans.isOff) this.span = spans.delivery(this.subscription, this.parcel)
    const { trigger, subscriber } = this.subscription
    const destination = trigger === undefined ? subscriber : trigger.subscriber
    const { fields, body } = this.#outgoing
    const outgoing = { fields, tail: linesOf(this.subscription).subscriber, body }
    this.#send('subscriber', destination, outgoing, undefined)
  }

  /** Gives it up; the listener hears nothing more. */
  abort(): void {
    this.#over = true
    this.#hop?.abort()
    clearTimeout(this.#timer)
  }

  get #outgoing(): Outgoing {
    const { trigger } = this.subscription
    if (trigger === undefined) return this.parcel.untouched
    return trigger.format === 'json' ? this.parcel.structured : this.parcel.binary
  }

  // ---- the subscriber

  answered(destination: Destination | undefined, answer: Answer): void {
    if (!isSuccess(answer)) {
      this.#deadLetter(destination?.url ?? '', answer)
      return
    }
    const { trigger, reply } = this.subscription
    if (trigger === undefined && reply === undefined) {
      this.#finish('delivered', '')
      return
    }
    const found = replyIn(answer)
    if (found.kind === 'event') this.#reply(found.event, continued(found.passed, this.parcel.passed, this.span))
    else if (found.kind === 'refused') {
      this.#deadLetter(reply?.url ?? '', { status: 400, problem: found.reason, body: none, headers: undefined })
    } else this.#finish('delivered', '')
  }

  // ---- the reply

  #reply(event: Parcel['event'], passed: readonly Header[]): void {
    const { trigger, reply, retry } = this.subscription
    const done = (answer: Answer): void => {
      if (isSuccess(answer)) this.#finish('delivered', '')
      else this.#deadLetter(reply?.url ?? '', answer)
    }
    if (trigger === undefined) {
      const { fields, body } = outgoingOf(event, '', passed)
      this.#send('reply', reply, { fields, tail: linesOf(this.subscription).namespace, body }, done)
      return
    }
    const attempt = (answered: (answer: Answer) => void): Sent => {
      let given = false
      // Each attempt has one of its own: the broker writes on it.
      const again = withAttributes(event, { [attributes.ttl]: this.parcel.ttl })
      this.deliverer.reenter(this.subscription, trigger.broker, again, passed).then(
        ({ status, reason }) => {
          if (!given) answered({ status, problem: reason, body: none, headers: undefined })
        },
        // The store has closed: this process is ending, and the event is delivered again after it.
        (error: Error) => {
          if (!given) answered({ status: 503, problem: error.message, body: none, headers: undefined })
        }
      )
      return {
        abort: () => {
          given = true
        }
      }
    }
    const errand: Errand = {
      rule: retry,
      attempt,
      judged: (answer) => answer,
      attempted: () => undefined,
      waits: (waiting) => this.listener.waits(waiting),
      done
    }
    this.#hop = new Hop(errand)
    this.#hop.start()
  }

  // ---- the dead letter sink

  #deadLetter(failed: string, answer: Answer): void {
    const { deadLetter } = this.subscription
    if (deadLetter === undefined) {
      this.#finish('dropped', reasonOf(answer))
      return
    }
    const { whole, passed } = this.parcel
    const extensions = errorExtensions(whole, {
      destination: failed,
      status: answer.status ?? 500,
      body: answer.status === undefined ? `dispatch error: ${answer.problem}` : answer.body
    })
    const { fields, body } = outgoingOf(withAttributes(whole, extensions), '', passed)
    this.#bury(deadLetter, { fields, tail: linesOf(this.subscription).namespace, body }, deadLetterPause.firstMs)
  }

  /** Until the sink takes it: an event that was taken is delivered or dead-lettered. */
  #bury(deadLetter: Destination, outgoing: Outgoing, pauseMs: number): void {
    this.#send('dead-letter', deadLetter, outgoing, (answer) => {
      if (isSuccess(answer)) this.#finish('dead-lettered', '')
      else if (!isRetriable(answer.status)) this.#finish('dropped', `the dead letter sink refused it: ${reasonOf(answer)}`)
      else {
        this.listener.waits(true)
        this.#timer = setTimeout(() => {
          this.listener.waits(false)
          this.#bury(deadLetter, outgoing, Math.min(pauseMs * 2, deadLetterPause.mostMs))
        }, pauseMs)
      }
    })
  }

  #send(kind: HopKind, destination: Destination | undefined, outgoing: Outgoing, done: ((answer: Answer) => void) | undefined): void {
    this.#hop = new Hop(new Sending(this, kind, destination, outgoing, done))
    this.#hop.start()
  }

  #finish(end: DeliveryEnd, reason: string): void {
    if (this.#over) return
    this.#over = true
    if (end !== 'delivered') this.span?.fail(end, reason)
    this.span?.end()
    this.listener.done(end, reason)
  }
}

/** Lines that go with each event of a subscription. */
interface Lines {
  readonly namespace: string
  /** Also asks the subscriber for a reply. */
  readonly subscriber: string
}

const knownLines = new WeakMap<Subscription, Lines>()

function linesOf(subscription: Subscription): Lines {
  const known = knownLines.get(subscription)
  if (known !== undefined) return known
  const { trigger, channel } = subscription
  const namespace = fieldLine('Kn-Namespace', (trigger?.key ?? channel).split('/', 1)[0] as string)
  const lines = { namespace, subscriber: `${preferReply}${namespace}` }
  knownLines.set(subscription, lines)
  return lines
}

const none = new Uint8Array(0)

/** Why an attempt failed, in a few words. */
export function reasonOf({ status, problem }: Answer): string {
  return status === undefined ? problem : problem === '' ? `answered ${status}` : `answered ${status}: ${problem}`
}
