import { turnTime } from '../wire/turn.ts'
import { errorCode } from './codes.ts'
import { ConnectionFault } from './connection-fault.ts'
import { controlBucket, emptyBucket, resetBucket, windowBucket } from './limits.ts'

interface BucketSize {
  readonly size: number
  readonly perSecond: number
  readonly perWork: number
}

/** Empties with frames that cost the peer nothing, fills with time and with honest work. */
class Bucket {
  readonly #size: BucketSize
  #level: number
  #at: number

  constructor(size: BucketSize) {
    this.#size = size
    this.#level = size.size
    this.#at = turnTime()
  }

  worked(): void {
    this.#level += this.#size.perWork
    if (this.#level > this.#size.size) this.#level = this.#size.size
  }

  /** Throws a ConnectionFault when the bucket is empty. */
  spend(what: string): void {
    if (--this.#level >= 0) return
    const now = turnTime()
    this.#level = Math.min(this.#size.size, ((now - this.#at) / 1000) * this.#size.perSecond) - 1
    this.#at = now
    if (this.#level < 0) throw new ConnectionFault(errorCode.enhanceYourCalm, `too many ${what}`)
  }
}

/** Tells a busy peer from one that floods: frames that cost the sender little and the receiver something have to be in proportion to work. */
export class FloodGuard {
  readonly #resets = new Bucket(resetBucket)
  readonly #control = new Bucket(controlBucket)
  readonly #empty = new Bucket(emptyBucket)
  readonly #windows = new Bucket(windowBucket)

  /** A stream was reset by the peer, or had to be for its fault. */
  reset(): void {
    this.#resets.spend('resets')
  }

  control(): void {
    this.#control.spend('control frames')
  }

  empty(): void {
    this.#empty.spend('empty frames')
  }

  windowUpdate(): void {
    this.#windows.spend('window updates')
  }

  /** A stream came to its proper end. */
  completed(): void {
    this.#resets.worked()
    this.#control.worked()
  }

  /** The peer sent bytes of a body. */
  received(): void {
    this.#control.worked()
  }

  /** A frame of data left. */
  sent(): void {
    this.#windows.worked()
  }
}
