import type { Disk } from './disk.ts'
import type { ConsumerPosition, Held } from './consumer-position.ts'
import { saysMissing } from '@knative-ts/disk'
import { FrameCursor } from './frame-cursor.ts'
import { readRecords, type FoundRecord } from './records.ts'
import type { Segment } from './segment.ts'
import type { Segments } from './segments.ts'

/** A search ends when it has found so many, or has gone so far, and has passed the first. */
const mostAtOnce = 64
const searchBytes = 512 << 10
/** So many bytes of bodies are read at once; one body is always read. */
const batchBytes = 256 << 10

/** Reads messages that are to be delivered once more. */
export class Redeliveries {
  readonly #disk: Disk
  readonly #segments: Segments
  readonly #position: ConsumerPosition

  constructor(disk: Disk, segments: Segments, position: ConsumerPosition) {
    this.#disk = disk
    this.#segments = segments
    this.#position = position
  }

  /**
   * The messages of some of these offsets, of the first one at least. What is not held any more, or not kept, is in `gone`. Rejects with the system's error.
   */
  async read(offsets: readonly number[]): Promise<{ readonly found: readonly FoundRecord[]; readonly gone: readonly number[] }> {
    const gone = offsets.filter((offset) => !this.#isKept(offset))
    try {
      return await this.#readKept(offsets, gone)
    } catch (error) {
      const goneSince = offsets.filter((offset) => !this.#isKept(offset))
      // Removed while it was about to be read.
      if (saysMissing(error) && goneSince.length > gone.length) return { found: [], gone: goneSince }
      throw error
    }
  }

  async #readKept(offsets: readonly number[], gone: readonly number[]): ReturnType<Redeliveries['read']> {
    const [first, ...others] = offsets.filter((offset) => this.#isKept(offset))
    if (first === undefined) return { found: [], gone }
    const place = this.#position.held.get(first)?.place
    if (place === undefined) {
      const found = await this.#search(this.#segments.holding(first) as Segment, [first, ...others])
      return { found, gone: found.some(({ offset }) => offset === first) ? gone : [...gone, first] }
    }
    const found = [await this.#readPlace(first, place)]
    // Further ones as long as they are small together.
    let bytes = place.length
    for (const offset of others) {
      const next = this.#position.held.get(offset)?.place
      if (next === undefined || bytes + next.length > batchBytes) break
      found.push(await this.#readPlace(offset, next))
      bytes += next.length
    }
    return { found, gone }
  }

  #isKept(offset: number): boolean {
    const held = this.#position.held.get(offset)
    if (held === undefined) return false
    return held.place === undefined ? this.#segments.holding(offset) !== undefined : this.#segments.has(held.place.segment)
  }

  async #readPlace(offset: number, place: NonNullable<Held['place']>): Promise<FoundRecord> {
    const body = Buffer.allocUnsafe(place.length)
    if (place.length > 0) await this.#disk.open.use(place.segment.path, (file) => file.read(body, place.length, place.at))
    const { segment, at, length, key, time } = place
    return { offset, segment, at, length, key, time, body }
  }

  /** Reads the frames around the first offset: after a restart only offsets are known, and what is in flight lies close together. */
  async #search(segment: Segment, offsets: readonly number[]): Promise<FoundRecord[]> {
    const first = offsets[0] as number
    const wanted = new Set(offsets)
    const found: FoundRecord[] = []
    await this.#disk.open.use(segment.path, async (file) => {
      const { at } = segment.before((mark) => mark.offset <= first)
      const cursor = new FrameCursor(file, at, segment.bytes)
      for (let frame = await cursor.next(); frame !== undefined; frame = await cursor.next()) {
        segment.note({ offset: frame.offset, at: frame.at, time: frame.time })
        if (frame.offset + frame.count <= first) continue
        if (frame.offset > first && (found.length >= mostAtOnce || frame.at > at + searchBytes)) break
        readRecords({ ...frame, segment }, frame, first, (record) => {
          if (wanted.has(record.offset)) found.push(record)
        })
      }
    })
    return found
  }
}
