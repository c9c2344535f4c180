import { type IdleLimits, type Submission, type SweptSet, sweepWhileUsed } from '@knative-ts/proxy'
import type { Answer } from './answer.ts'
import { noAnswer } from './answer.ts'
import type { Names } from './names.ts'
import type { Outgoing } from './outgoing.ts'
import type { Pools } from './pools.ts'
import { Post } from './post.ts'
import type { Target } from './target.ts'

export interface SenderOptions {
  readonly pools: Pools
  readonly names: Names
  /** Milliseconds for an attempt of which nobody says how long it may take. */
  readonly timeoutMs: number
  /** Bytes of an answer that is an event. */
  readonly mostReplyBytes: number
}

/** How a POST can be given up. */
export interface Sent {
  abort(): void
}

/** How finely timeouts are kept. */
const tickMs = 50

/** Sends events to destinations, one attempt at a time, and follows redirects as Go's client does. */
export class Sender {
  readonly options: SenderOptions
  readonly #timed: SweptSet<Post>

  constructor(options: SenderOptions) {
    this.options = options
    this.#timed = sweepWhileUsed<Post>(tickMs, (post, now) => post.sweep(now))
  }

  /** Attempts that are under way. */
  get active(): number {
    return this.#timed.size
  }

  /**
   * POSTs, within `timeoutMs` (undefined: this role's own bound). `done` is called once, later than this returns, unless it is aborted before.
   * `stale`: what is done about a kept connection that the receiver has closed.
   */
  post(
    target: Target,
    outgoing: Outgoing,
    timeoutMs: number | undefined,
    done: (answer: Answer) => void,
    stale?: Submission['stale']
  ): Sent {
    const deadline = performance.now() + (timeoutMs ?? this.options.timeoutMs)
    const post = new Post(this, target, outgoing, deadline, done, stale)
    this.#timed.add(post)
    post.start()
    return post
  }

  /** It is over. */
  ended(post: Post): void {
    this.#timed.remove(post)
  }

  /** Changes how many connections are kept while nothing is sent. */
  keepIdle(limits: IdleLimits): void {
    this.options.pools.keepIdle(limits)
  }

  close(): void {
    this.options.pools.close()
  }
}

/** Answers without sending anything, later than this returns. */
export function failLater(problem: string, done: (answer: Answer) => void): Sent {
  const timer = setImmediate(() => done(noAnswer(problem)))
  return { abort: () => clearImmediate(timer) }
}
