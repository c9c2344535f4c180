import type { OpenFile } from './files/file-layer.ts'
import { frameHead, frameMagic, frameSizeAt, readFrame, type FrameHead } from './frame.ts'

/** A sound frame: `bytes` has it from `start` on, until the next one is asked for. */
export interface FoundFrame extends FrameHead {
  /** Its place in the file. */
  readonly at: number
  readonly bytes: Buffer
  readonly start: number
  /** There are unsound bytes between the frame before and this one. */
  readonly afterGap: boolean
}

const chunkBytes = 256 << 10

/** Reads the sound frames of a file one after the other. What lies between them is passed over, and said. */
export class FrameCursor {
  readonly #file: OpenFile
  readonly #end: number
  #buffer = Buffer.allocUnsafe(chunkBytes)
  // What the buffer has of the file: `#from` is the place of its first byte.
  #from: number
  #filled = 0
  #at: number

  /** From the place `at` of the file to `end`. */
  constructor(file: OpenFile, at: number, end: number) {
    this.#file = file
    this.#from = at
    this.#at = at
    this.#end = end
  }

  /** The next sound frame; undefined when there is none before the end. */
  async next(): Promise<FoundFrame | undefined> {
    let afterGap = false
    for (;;) {
      await this.#have(frameHead)
      const start = this.#at - this.#from
      const size = frameSizeAt(this.#buffer, start, this.#filled)
      if (size > 0 && this.#at + size <= this.#end) {
        await this.#have(size)
        const found = this.#take(afterGap)
        if (found !== undefined) return found
      }
      if (this.#at + frameHead > this.#end) return undefined
      afterGap = true
      await this.#seekMagic()
    }
  }

  #take(afterGap: boolean): FoundFrame | undefined {
    const start = this.#at - this.#from
    const head = readFrame(this.#buffer, start, this.#filled)
    if (head === undefined) return undefined
    const found = { ...head, at: this.#at, bytes: this.#buffer, start, afterGap }
    this.#at += head.size
    return found
  }

  /** Goes on to the next byte from which a frame may begin, or to the end. */
  async #seekMagic(): Promise<void> {
    this.#at++
    for (;;) {
      await this.#have(frameMagic.length)
      const start = this.#at - this.#from
      const found = this.#buffer.subarray(0, this.#filled).indexOf(frameMagic, start)
      if (found >= 0) {
        this.#at = this.#from + found
        return
      }
      // The last bytes may be the beginning of a magic that goes on in the next chunk.
      this.#at = Math.max(this.#at, this.#from + this.#filled - frameMagic.length + 1)
      if (this.#from + this.#filled >= this.#end) {
        this.#at = this.#end
        return
      }
    }
  }

  /** Makes the buffer have `size` bytes from the current place on, unless the file ends before. */
  async #have(size: number): Promise<void> {
    const start = this.#at - this.#from
    if (start + size <= this.#filled || this.#from + this.#filled >= this.#end) return
    const rest = this.#buffer.subarray(start, this.#filled)
    const larger = size > this.#buffer.length ? Buffer.allocUnsafe(size) : this.#buffer
    rest.copy(larger)
    this.#buffer = larger
    this.#from = this.#at
    const wanted = Math.min(larger.length - rest.length, this.#end - this.#from - rest.length)
    const chunk = larger.subarray(rest.length)
    const count = await this.#file.read(chunk, wanted, this.#from + rest.length)
    this.#filled = rest.length + count
    // A file that is shorter than its known end: what is missing counts as unsound.
    if (count < wanted) this.#filled += chunk.subarray(count, wanted).fill(0).length
  }
}
