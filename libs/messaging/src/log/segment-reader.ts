import type { Disk } from './disk.ts'
import { chunkBytes } from './chunks.ts'
import { saysMissing } from '@knative-ts/disk'
import type { OpenFile } from './files/file-layer.ts'
import { frameHead, readFrame } from './frame.ts'
import { FrameCursor } from './frame-cursor.ts'
import { readRecords, type FoundRecord } from './records.ts'
import type { Segment } from './segment.ts'
import type { Segments } from './segments.ts'

const leastBytes = 16 << 10

/** Reads the messages of a topic in order, a piece at a time. A reader that is read faster reads larger pieces. */
export class SegmentReader {
  readonly #disk: Disk
  readonly #segments: Segments
  readonly #visit: (record: FoundRecord) => void
  readonly #onLost: (from: number, to: number, segment: Segment) => void
  #segment: Segment | undefined
  #at = 0
  /** The offset of the next message. */
  #offset: number
  #size = leastBytes

  /** From `offset` on. `visit` gets each message; `onLost` hears of durable messages that are damaged. */
  constructor(
    { disk, segments }: { readonly disk: Disk; readonly segments: Segments },
    offset: number,
    visit: (record: FoundRecord) => void,
    onLost: (from: number, to: number, segment: Segment) => void
  ) {
    this.#disk = disk
    this.#segments = segments
    this.#offset = offset
    this.#visit = visit
    this.#onLost = onLost
  }

  /** The offset that comes next. */
  get offset(): number {
    return this.#offset
  }

  /** Whether all that is durable was read. */
  get isAtEnd(): boolean {
    this.#settle()
    return this.#segment === undefined || this.#at >= this.#segment.bytes
  }

  /** Takes frames that have just been committed, when they are what comes next; returns whether they were. */
  offer(segment: Segment, at: number, bytes: Buffer, start: number, end: number): boolean {
    this.#settle(segment)
    if (this.#segment !== segment || this.#at !== at) return false
    this.#readFrames(bytes, start, end)
    return true
  }

  /** Reads on. What was removed meanwhile is passed over. Rejects with the system's error. */
  async read(): Promise<void> {
    this.#settle()
    const segment = this.#segment
    if (segment === undefined || this.#at >= segment.bytes) return
    if (this.#at === 0 && this.#offset > segment.base) this.#at = segment.before(({ offset }) => offset <= this.#offset).at
    const bytes = this.#disk.chunks.take()
    try {
      await this.#disk.open.use(segment.path, (file) => this.#readFrom(file, segment, bytes))
    } catch (error) {
      if (!saysMissing(error) || this.#segments.has(segment)) throw error
      this.skipTo(this.#offset)
    } finally {
      this.#disk.chunks.give(bytes)
    }
  }

  async #readFrom(file: OpenFile, segment: Segment, bytes: Buffer): Promise<void> {
    const from = this.#at
    const isHere = () => this.#segment === segment && this.#at === from
    const length = Math.min(this.#size, segment.bytes - from)
    // Of a file that was cut there is less: what follows in the chunk is of another segment.
    const count = await file.read(bytes, length, from)
    if (isHere()) this.#readFrames(bytes, 0, count)
    if (!isHere()) {
      this.#size = Math.min(2 * this.#size, chunkBytes)
      return
    }
    // A large frame, or none at all.
    const frame = await new FrameCursor(file, from, segment.bytes).next()
    if (!isHere()) return
    if (frame === undefined) this.#at = segment.bytes
    else if (frame.at === from) this.#readFrames(frame.bytes, frame.start, frame.start + frame.size)
    else this.#at = frame.at
  }

  /** Goes on with `offset`, or with the first one that is kept. */
  skipTo(offset: number): void {
    this.#offset = Math.max(offset, this.#segments.first)
    this.#segment = undefined
  }

  /** Reads less at a time: the receiver is slow. */
  slowDown(): void {
    this.#size = leastBytes
  }

  #readFrames(bytes: Buffer, start: number, end: number): void {
    const segment = this.#segment as Segment
    for (let at = start; at + frameHead <= end;) {
      const head = readFrame(bytes, at, end)
      if (head === undefined) return
      const next = head.offset + head.count
      // Rejected messages that could not be taken back: the next segment begins with their offsets.
      if (next > segment.end) {
        this.#at = segment.bytes
        return
      }
      if (head.offset > this.#offset) this.#onLost(this.#offset, head.offset, segment)
      segment.note({ offset: head.offset, at: this.#at, time: head.time })
      if (next > this.#offset) {
        readRecords({ bytes, start: at, at: this.#at, segment }, head, this.#offset, this.#visit)
        this.#offset = next
      }
      this.#at += head.size
      at += head.size
    }
  }

  /** Goes to the segment in which the next message is. `expected`: one that is already at hand. */
  #settle(expected?: Segment): void {
    let segment = this.#segment
    if (segment !== undefined && (this.#at < segment.bytes || segment === expected)) return
    if (segment === undefined) {
      segment = this.#segments.list.findLast(({ base }) => base <= this.#offset) ?? this.#segments.list[0]
      this.#enter(segment)
    }
    while (this.#segment !== undefined && this.#at >= this.#segment.bytes) {
      const following = this.#segments.after(this.#segment)
      if (following === undefined) return
      // What a segment should have had and did not is lost.
      if (this.#offset < this.#segment.end) this.#onLost(this.#offset, this.#segment.end, this.#segment)
      this.#enter(following)
    }
  }

  #enter(segment: Segment | undefined): void {
    this.#segment = segment
    this.#at = 0
    if (segment !== undefined && segment.base > this.#offset) this.#offset = segment.base
  }
}
