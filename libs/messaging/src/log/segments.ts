import type { Disk } from './disk.ts'
import { recoverSegment } from './recover-segment.ts'
import { frameHead, frameMagic, readLong } from './frame.ts'
import { Segment } from './segment.ts'

/** The segments of one topic, oldest first: where its messages are. */
export class Segments {
  readonly #disk: Disk
  readonly #directory: string
  readonly #segmentBytes: number
  #list: Segment[] = []
  // Where a topic without segments begins.
  #start = 0
  // The last segment had an error of which nobody knows what it left: nothing is written to it any more.
  #poisoned = false

  constructor(disk: Disk, directory: string, segmentBytes: number) {
    this.#disk = disk
    this.#directory = directory
    this.#segmentBytes = segmentBytes
  }

  get list(): readonly Segment[] {
    return this.#list
  }

  /** The offset that the next message gets. */
  get next(): number {
    return this.#list.at(-1)?.end ?? this.#start
  }

  /** The offset of the first message that is kept, or would be. */
  get first(): number {
    return this.#list[0]?.base ?? this.#start
  }

  get bytes(): number {
    return this.#list.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  /** Finds what is in the directory; cuts off what a crash left. Resolves to how many durable messages were found damaged. */
  async recover(): Promise<number> {
    const bases = Segment.basesIn(await this.#disk.files.names(this.#directory))
    this.#list = bases.map((base) => new Segment(this.#directory, base))
    for (const [index, segment] of this.#list.entries()) {
      const following = this.#list[index + 1]
      if (following !== undefined) await this.#measure(segment, following.base)
    }
    const last = this.#list.at(-1)
    if (last === undefined) return 0
    const { lost } = await this.#disk.open.use(last.path, (file) => recoverSegment(last, file))
    return lost
  }

  /** What can be known of a full segment without reading it. */
  async #measure(segment: Segment, end: number): Promise<void> {
    segment.end = end
    const head = Buffer.alloc(frameHead)
    await this.#disk.open.use(segment.path, async (file) => {
      segment.bytes = await file.size()
      await file.read(head, frameHead, 0)
    })
    if (head.compare(frameMagic, 0, 4, 0, 4) === 0) segment.note({ offset: segment.base, at: 0, time: readLong(head, 28) })
  }

  /** Lets the next message have `offset` at least. For positions that are beyond what was left. */
  skipTo(offset: number): void {
    const last = this.#list.at(-1)
    if (last === undefined) this.#start = Math.max(this.#start, offset)
    else last.end = Math.max(last.end, offset)
  }

  /** The segment to append to; a new one when the last is full or not to be trusted. */
  async writable(): Promise<Segment> {
    const last = this.#list.at(-1)
    if (last !== undefined && !this.#poisoned && !this.#disk.syncs.hasFailed(last.path) && last.bytes < this.#segmentBytes) return last
    return this.roll()
  }

  /** Begins a new segment, durable under its name. Not while something is being appended. */
  async roll(): Promise<Segment> {
    const { files, open, syncs } = this.#disk
    const fresh = new Segment(this.#directory, this.next)
    const replaced = this.#list.at(-1)?.base === fresh.base ? this.#list.at(-1) : undefined
    if (replaced !== undefined) {
      await files.remove(replaced.path)
      // Behind its removal: who opened it until then has a file that nobody finds again, and the new one has its name.
      await open.drop(replaced.path)
    }
    syncs.begin(fresh.path)
    await open.use(fresh.path, (file) => file.truncate(0), true)
    await files.syncDirectory(this.#directory)
    if (replaced !== undefined) this.#list.pop()
    this.#list.push(fresh)
    this.#poisoned = false
    return fresh
  }

  /** After an append that failed: what it left goes. */
  async cutBack(): Promise<void> {
    const last = this.#list.at(-1)
    if (last === undefined) return
    const { open, syncs } = this.#disk
    this.#poisoned ||= syncs.hasFailed(last.path)
    try {
      await open.use(last.path, async (file) => {
        await file.truncate(last.bytes)
        if (this.#poisoned) await file.sync()
      })
    } catch {
      // The append's own error is the one to report. What is behind the end is passed over: the next segment begins with the offset that it would have had.
      this.#poisoned = true
    }
    if (this.#poisoned) await open.drop(last.path)
  }

  /** Removes the first segment. */
  async dropFirst(): Promise<Segment | undefined> {
    const first = this.#list.shift()
    if (first === undefined) return undefined
    if (this.#list.length === 0) this.#start = first.end
    try {
      await this.#disk.files.remove(first.path)
    } finally {
      // Behind its removal, so that nobody opens it once more and keeps its bytes on the disk.
      await this.#disk.open.drop(first.path)
    }
    return first
  }

  /** The segment in which `offset` is or would be; undefined when it is in none. */
  holding(offset: number): Segment | undefined {
    const found = this.#list.findLast(({ base }) => base <= offset)
    return found !== undefined && offset < found.end ? found : undefined
  }

  /** The segment behind this one; of one that was removed, the first that is left; of one that was begun anew because it had failed while it was empty, the new one. */
  after(segment: Segment): Segment | undefined {
    return this.#list.find((one) => one.base > segment.base || (one.base === segment.base && one !== segment))
  }

  /** Whether the topic still has this segment. */
  has(segment: Segment): boolean {
    return this.#list.includes(segment)
  }
}
