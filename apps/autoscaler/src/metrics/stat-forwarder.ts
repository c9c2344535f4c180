import type { ObjectKey } from '@knative-ts/api'
import type { Clock, Log } from '@knative-ts/kube'
import type { stats } from '@knative-ts/wire'
import { PeerStream } from './peer-stream.ts'

/** Milliseconds between two attempts to pass something on (reference 3.7). */
const retryMs = 500
/** Milliseconds after which what could not be passed on is dropped: 30 attempts. */
const patienceMs = 15_000
/** Reports that wait at most; the oldest go first. */
const mostWaiting = 10_000

export interface ForwarderOptions {
  /** `ip:port` of the autoscaler that leads the revision's bucket; 'self' when this one does, undefined while nobody is known to. */
  readonly ownerOf: (key: ObjectKey) => string | undefined
  readonly token: () => Promise<string | undefined>
  readonly clock: Clock
  readonly log: Log
}

interface Waiting {
  readonly message: stats.WireStatMessage
  /** Addresses that have it already. */
  readonly told: readonly string[]
  readonly until: number
}

/**
 * Passes reports on to the autoscalers that decide about their revisions: who reports need not know them. Nothing is passed on twice, and what cannot be
 * passed on now is tried again for 15 s, to whoever leads the bucket then.
 */
export class StatForwarder {
  readonly #options: ForwarderOptions
  readonly #peers = new Map<string, PeerStream>()
  #waiting: Waiting[] = []
  #cancel: (() => void) | undefined
  #stopped = false
  #passedOn = 0
  #dropped = 0

  constructor(options: ForwarderOptions) {
    this.#options = options
  }

  /** Reports that went to another autoscaler, and that nobody could be found for, since the start. */
  get counts(): { readonly passedOn: number; readonly dropped: number } {
    return { passedOn: this.#passedOn, dropped: this.#dropped }
  }

  /** A batch has come in. What belongs to this autoscaler it has taken already. */
  pass({ messages, told, final }: stats.WireStatMessages): void {
    if (final || this.#stopped) return
    const until = this.#options.clock.now() + patienceMs
    this.#deliver(messages.map((message) => ({ message: this.#stamped(message), told, until })))
  }

  stop(): void {
    this.#stopped = true
    this.#cancel?.()
    this.#waiting = []
    for (const peer of this.#peers.values()) peer.close()
  }

  /** It may arrive late, and counts for the second in which it was taken here. */
  #stamped(message: stats.WireStatMessage): stats.WireStatMessage {
    if (message.stat === undefined || message.stat.timestamp !== 0n) return message
    return { ...message, stat: { ...message.stat, timestamp: BigInt(Math.round(this.#options.clock.now())) * 1_000_000n } }
  }

  #deliver(all: readonly Waiting[]): void {
    const batches = new Map<string, stats.WireStatMessage[]>()
    const now = this.#options.clock.now()
    for (const one of all) {
      const owner = this.#options.ownerOf(one.message)
      if (owner === 'self' || (owner !== undefined && one.told.includes(owner))) continue
      if (owner !== undefined) {
        const batch = batches.get(owner) ?? []
        batches.set(owner, batch)
        batch.push(one.message)
      } else if (one.until > now) this.#waiting.push(one)
      else this.#dropped++
    }
    for (const [owner, batch] of batches) {
      this.#passedOn += batch.length
      this.#peer(owner).send(batch)
    }
    if (this.#waiting.length > mostWaiting) this.#dropped += this.#waiting.splice(0, this.#waiting.length - mostWaiting).length
    if (this.#waiting.length > 0) this.#again()
  }

  #again(): void {
    if (this.#stopped || this.#cancel !== undefined) return
    this.#cancel = this.#options.clock.after(retryMs, () => {
      this.#cancel = undefined
      this.#deliver(this.#waiting.splice(0))
    })
  }

  #peer(address: string): PeerStream {
    const { token, clock, log } = this.#options
    const found = this.#peers.get(address)
    if (found !== undefined) return found
    const peer = new PeerStream({
      address,
      token,
      ended: (reason, lost) => {
        this.#peers.delete(address)
        if (this.#stopped) return
        log.debug({ autoscaler: address, reason, lost: lost.length }, 'a stream to another autoscaler has ended')
        this.#passedOn -= lost.length
        // Its time is in it: it came in when it was stamped.
        for (const message of lost) this.#waiting.push({ message, told: [], until: arrivedAt(message, clock.now()) + patienceMs })
        const over = this.#waiting.filter(({ until }) => until <= clock.now()).length
        this.#dropped += over
        this.#waiting = this.#waiting.filter(({ until }) => until > clock.now())
        if (this.#waiting.length > 0) this.#again()
      }
    })
    this.#peers.set(address, peer)
    return peer
  }
}

/** Milliseconds since the epoch at which a report was taken by the first autoscaler; `now` when it does not say. */
export function arrivedAt({ stat }: stats.WireStatMessage, now: number): number {
  if (stat === undefined || stat.timestamp === 0n) return now
  // A clock that is ahead must not write into the future.
  return Math.min(Number(stat.timestamp / 1_000_000n), now)
}
