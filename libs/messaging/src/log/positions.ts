import { join } from 'node:path'
import type { Clock } from './clock.ts'
import type { ConsumerPosition, SavedPosition } from './consumer-position.ts'
import type { Disk } from './disk.ts'
import { saysFull } from '@knative-ts/disk'
import { readPositionLines, writePositionLine } from './position-record.ts'

const flushEveryMs = 250
/** The file is written anew when it has so many bytes and several times as many as are needed. */
const compactBytes = 4 << 20

/** A position that is kept written down. */
export interface Tracked {
  readonly topic: number
  readonly consumer: string
  readonly position: ConsumerPosition
}

/**
 * The positions of all consumers, in one file to which changes are appended a few times a second. Without a sync: what is written survives the process, and after a power cut an older
 * position only means that messages are delivered again. That a consumer exists at all is synced.
 */
export class Positions {
  readonly #disk: Disk
  readonly #directory: string
  readonly #clock: Clock
  readonly #onWarning: (message: string) => void
  readonly #tracked = new Set<Tracked>()
  readonly #changed = new Set<Tracked>()
  // By topic, what the file said of consumers that nobody has asked for yet.
  readonly #found = new Map<number, Map<string, SavedPosition>>()
  #bytes = 0
  #synced = 0
  #needed = 0
  // Whether the file has its name durably.
  #named = true
  #writing: Promise<void> = Promise.resolve()
  #cancel: (() => void) | undefined
  #warned = false

  constructor(disk: Disk, directory: string, clock: Clock, onWarning: (message: string) => void) {
    this.#disk = disk
    this.#directory = directory
    this.#clock = clock
    this.#onWarning = onWarning
  }

  get #path(): string {
    return join(this.#directory, 'positions')
  }

  /** Reads what is known of the consumers of these topics. Resolves to the highest number of a topic that the file speaks of: it may speak of deleted ones. */
  async load(topics: ReadonlySet<number>): Promise<number> {
    const text = await this.#disk.open.use(
      this.#path,
      async (file) => {
        const bytes = Buffer.alloc(await file.size())
        return bytes.subarray(0, await file.read(bytes, bytes.length, 0)).toString()
      },
      true
    )
    this.#bytes = Buffer.byteLength(text)
    let highest = 0
    for (const { topic, consumer, position } of readPositionLines(text)) {
      highest = Math.max(highest, topic)
      if (!topics.has(topic)) continue
      const consumers = this.#found.get(topic) ?? new Map<string, SavedPosition>()
      this.#found.set(topic, consumers)
      if (position === undefined) consumers.delete(consumer)
      else consumers.set(consumer, position)
    }
    try {
      await this.#compact()
    } catch (error) {
      // A full disk must be opened, to be drained.
      if (!saysFull(error)) throw error
    }
    return highest
  }

  /** What was saved of the consumers of a topic. */
  of(topic: number): ReadonlyMap<string, SavedPosition> {
    return this.#found.get(topic) ?? new Map()
  }

  /** Keeps this position written down from now on, whenever it {@link changed}. */
  track(tracked: Tracked): void {
    this.#found.get(tracked.topic)?.delete(tracked.consumer)
    this.#tracked.add(tracked)
  }

  /** The position has changed. Cheap. */
  changed(tracked: Tracked): void {
    // One that was removed must not be written down behind its end.
    if (!this.#tracked.has(tracked)) return
    this.#changed.add(tracked)
    this.#cancel ??= this.#clock.after(flushEveryMs, () => {
      this.#cancel = undefined
      void this.flush()
    })
  }

  /** Writes a position down, and syncs. Rejects with the system's error. */
  async establish(tracked: Tracked): Promise<void> {
    this.#changed.add(tracked)
    await this.#inTurn(() => this.#append([], true))
  }

  /** Forgets a consumer, durably. */
  async remove(tracked: Tracked): Promise<void> {
    this.forget(tracked)
    const { topic, consumer } = tracked
    await this.#inTurn(() => this.#append([writePositionLine({ topic, consumer, position: undefined })], true))
  }

  /** Writes it down no more. What the file says of it stays until it is written anew: for topics that are deleted, whose numbers are not given again. */
  forget(tracked: Tracked): void {
    this.#tracked.delete(tracked)
    this.#changed.delete(tracked)
  }

  /** Writes what has changed. Never rejects: what could not be written is tried again with the next change. */
  async flush(): Promise<void> {
    try {
      await this.#inTurn(async () => {
        await this.#append([], false)
        if (this.#bytes >= compactBytes && this.#bytes >= 4 * this.#needed) await this.#compact()
      })
      this.#warned = false
    } catch (error) {
      if (!this.#warned)
        this.#onWarning(`writing ${this.#path} failed (${String(error)}): after a restart more is delivered again than needed`)
      this.#warned = true
    }
  }

  async close(): Promise<void> {
    this.#cancel?.()
    await this.flush()
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#writing.then(work)
    this.#writing = done.catch(() => undefined)
    return done
  }

  async #append(lines: string[], sync: boolean): Promise<void> {
    const changed = [...this.#changed]
    this.#changed.clear()
    lines.push(...changed.map(lineOf))
    try {
      if (lines.length > 0 || sync) await this.#write(Buffer.from(lines.join('')), sync)
    } catch (error) {
      for (const tracked of changed) if (this.#tracked.has(tracked)) this.#changed.add(tracked)
      throw error
    }
  }

  async #write(bytes: Buffer, sync: boolean): Promise<void> {
    await this.#disk.open.use(this.#path, async (file) => {
      // Where a write failed the next one begins: half a line is written over, or passed over.
      if (bytes.length > 0) await file.write(bytes, this.#bytes)
      this.#bytes += bytes.length
      if (!sync || this.#synced === this.#bytes) return
      await file.sync()
      this.#synced = this.#bytes
    })
    if (sync && !this.#named) await this.#name()
  }

  async #name(): Promise<void> {
    await this.#disk.files.syncDirectory(this.#directory)
    this.#named = true
  }

  /** Writes the file anew, synced before it takes the name. */
  async #compact(): Promise<void> {
    const found = [...this.#found].flatMap(([topic, consumers]) =>
      [...consumers].map(([consumer, position]) => writePositionLine({ topic, consumer, position }))
    )
    const bytes = Buffer.from([...found, ...[...this.#tracked].map(lineOf)].join(''))
    const fresh = `${this.#path}.new`
    await this.#disk.open.use(
      fresh,
      async (file) => {
        await file.truncate(0)
        await file.write(bytes, 0)
        await file.sync()
      },
      true
    )
    await this.#disk.open.drop(fresh)
    await this.#disk.files.rename(fresh, this.#path)
    this.#named = false
    // At once: whatever fails now, the next line goes behind the last one of this file.
    this.#bytes = bytes.length
    this.#synced = bytes.length
    this.#needed = bytes.length
    await this.#disk.open.drop(this.#path)
    await this.#name()
  }
}

function lineOf({ topic, consumer, position }: Tracked): string {
  return writePositionLine({ topic, consumer, position: position.save() })
}
