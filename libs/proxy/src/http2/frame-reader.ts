import { BufferPool } from '../wire/buffers.ts'
import { turnTime } from '../wire/turn.ts'
import { errorCode, frameHead, frameSize, frameType, largest31 } from './codes.ts'
import { ConnectionFault } from './connection-fault.ts'

/** Takes whole frames. `bytes[from..to)` is the payload, valid during the call. A ConnectionFault that it throws ends the reading. */
export interface FrameTarget {
  frame(type: number, flags: number, id: number, bytes: Buffer, from: number, to: number): void
}

const partial = new BufferPool(frameHead + frameSize, 32)

/** Cuts what is read into frames (RFC 9113 4.1). A frame that is there as a whole is handed on where it stands; a part of one is kept. */
export class FrameReader {
  readonly #target: FrameTarget
  #kept: Buffer | undefined
  #size = 0
  #stopped = false
  /** When the part that is kept began to come, by performance.now. */
  since = 0

  constructor(target: FrameTarget) {
    this.#target = target
  }

  /** True while a part of a frame waits for the rest. */
  get within(): boolean {
    return this.#size > 0
  }

  /** True when that frame is DATA, as far as one can tell. */
  get withinData(): boolean {
    return this.#size > 3 && this.#kept?.[3] === frameType.data
  }

  /** Nothing is read any more. */
  stop(): void {
    this.#stopped = true
    this.#size = 0
    if (this.#kept !== undefined) partial.give(this.#kept)
    this.#kept = undefined
  }

  read(bytes: Buffer, from: number, to: number): void {
    let at = this.#size > 0 ? this.#complete(bytes, from, to) : from
    while (to - at >= frameHead && !this.#stopped) {
      const length = lengthAt(bytes, at)
      const end = at + frameHead + length
      if (end > to) break
      this.#hand(bytes, at, end)
      at = end
    }
    if (at < to && !this.#stopped) this.#keep(bytes, at, to)
  }

  #hand(bytes: Buffer, at: number, end: number): void {
    const id =
      (((bytes[at + 5] as number) << 24) |
        ((bytes[at + 6] as number) << 16) |
        ((bytes[at + 7] as number) << 8) |
        (bytes[at + 8] as number)) &
      largest31
    this.#target.frame(bytes[at + 3] as number, bytes[at + 4] as number, id, bytes, at + frameHead, end)
  }

  #keep(bytes: Buffer, from: number, to: number): void {
    if (this.#kept === undefined) {
      this.#kept = partial.take()
      this.since = turnTime()
    }
    this.#size += bytes.copy(this.#kept, this.#size, from, to)
  }

  /** Adds to the kept part, and hands it on when it is whole. Gives where reading goes on. */
  #complete(bytes: Buffer, from: number, to: number): number {
    let at = from
    if (this.#size < frameHead) {
      const end = Math.min(to, at + frameHead - this.#size)
      this.#keep(bytes, at, end)
      at = end
      if (this.#size < frameHead) return at
    }
    const kept = this.#kept as Buffer
    const whole = frameHead + lengthAt(kept, 0)
    const end = Math.min(to, at + whole - this.#size)
    this.#keep(bytes, at, end)
    if (this.#size < whole) return end
    // Nothing is kept while the frame is dealt with: the buffer is in nobody's way until then.
    this.#kept = undefined
    this.#size = 0
    try {
      this.#hand(kept, 0, whole)
    } finally {
      partial.give(kept)
    }
    return end
  }
}

function lengthAt(bytes: Buffer, at: number): number {
  const length = ((bytes[at] as number) << 16) | ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number)
  if (length > frameSize) throw new ConnectionFault(errorCode.frameSize, `a frame of ${length} bytes (RFC 9113 4.2)`)
  return length
}
