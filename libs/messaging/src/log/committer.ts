import { type Committed, type Part } from './commit.ts'
import type { Disk } from './disk.ts'
import { saysFull } from '@knative-ts/disk'
import { framesSize, writeFrames } from './frame.ts'
import { entryHead, writeEntryHead } from './journal-entry.ts'
import type { Journal } from './journal.ts'
import type { Publication } from './publication.ts'
import type { Segment } from './segment.ts'
import type { Trouble } from './trouble.ts'

/** A commit takes about so many bytes: of a topic, and in all. */
const topicBytes = 1 << 20
const commitBytes = 4 << 20
/** And so many topics: each has its segment open meanwhile. */
const commitTopics = 256
/** So many segments are synced one by one; of more the journal is, which writes their bytes a second time. Measured: with 4 the two cost the same. */
const directLimit = 4
const smallArena = 64 << 10

interface Taken {
  readonly topic: Committed
  readonly publications: readonly Publication[]
  readonly size: number
}

/**
 * Group commit: while one commit is written and synced, what is published gathers for the next one. Its promise: a publication is resolved when its bytes are
 * durable; when any of it failed, its bytes are taken back before it is rejected.
 */
export class Committer {
  readonly #disk: Disk
  readonly #journal: Journal
  readonly #trouble: Trouble
  #waiting = new Set<Committed>()
  readonly #chores: (() => Promise<void>)[] = []
  #running: Promise<void> | undefined
  // Bytes of a commit: written over by the next one.
  #arena = Buffer.allocUnsafe(smallArena)

  constructor(disk: Disk, journal: Journal, trouble: Trouble) {
    this.#disk = disk
    this.#journal = journal
    this.#trouble = trouble
  }

  /** A topic has something to commit. */
  submit(topic: Committed): void {
    this.#waiting.add(topic)
    this.#running ??= this.#run()
  }

  /** Does something to segments while nothing is being appended to any. Settles as `work` does. */
  between<T>(work: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#chores.push(() => work().then(resolve, reject))
      this.#running ??= this.#run()
    })
  }

  /** Resolves when nothing is being committed and nothing waits. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running
  }

  async #run(): Promise<void> {
    while (this.#waiting.size > 0 || this.#chores.length > 0) {
      // All that this turn of the event loop brings comes with it: sixteen requests that arrived together are one sync.
      await new Promise<void>((resolve) => setImmediate(resolve))
      for (const chore of this.#chores.splice(0)) await chore()
      await this.#commit(this.#gather())
    }
    this.#running = undefined
  }

  #gather(): Taken[] {
    const taken: Taken[] = []
    const again: Committed[] = []
    let bytes = 0
    for (const topic of this.#waiting) {
      if (bytes >= commitBytes || taken.length === commitTopics) break
      this.#waiting.delete(topic)
      const publications = topic.take(topicBytes)
      if (topic.hasPending) again.push(topic)
      if (publications.length === 0) continue
      const size = publications.reduce((sum, one) => sum + one.size, 0)
      bytes += entryHead + framesSize(size)
      taken.push({ topic, publications, size })
    }
    // Whose turn has been goes to the end.
    for (const topic of again) this.#waiting.add(topic)
    return taken
  }

  async #commit(taken: readonly Taken[]): Promise<void> {
    if (this.#trouble.error !== undefined) {
      for (const { publications } of taken) for (const { reject } of publications) reject(this.#trouble.error)
      return
    }
    const parts = await this.#compose(taken)
    const direct = parts.length <= directLimit
    const written = await this.#each(parts, async ({ segment, frames, end }) => {
      await this.#disk.open.use(segment.path, async (file) => {
        await file.write(this.#arena.subarray(frames, end), segment.bytes)
        if (direct) await this.#disk.syncs.sync(segment.path, file)
      })
    })
    const durable = direct ? written : await this.#journalled(parts, written)
    for (const part of durable) settle(part, this.#arena)
    if (this.#arena.length > 2 * commitBytes) this.#arena = Buffer.allocUnsafe(smallArena)
  }

  /** Writes frames to the arena, each topic's behind the head of its entry. */
  async #compose(taken: readonly Taken[]): Promise<Part[]> {
    const needed = taken.reduce((sum, { size }) => sum + entryHead + framesSize(size), 0)
    if (needed > this.#arena.length) this.#arena = Buffer.allocUnsafe(Math.max(needed, Math.min(2 * this.#arena.length, commitBytes)))
    const ready = await Promise.allSettled(taken.map(({ topic }) => topic.segments.writable()))
    const parts: Part[] = []
    let start = 0
    for (const [index, { topic, publications }] of taken.entries()) {
      const made = ready[index] as PromiseSettledResult<Segment>
      if (made.status === 'rejected') {
        refuse(publications, this.#trouble.begin(made.reason))
        continue
      }
      const segment = made.value
      const messages = publications.length === 1 ? (publications[0] as Publication).messages : publications.flatMap((one) => one.messages)
      const time = topic.stamp()
      const frames = start + entryHead
      const end = writeFrames(this.#arena, frames, messages, segment.end, time)
      writeEntryHead(this.#arena, start, { topic: topic.id, base: segment.base, position: segment.bytes, length: end - frames })
      parts.push({ topic, publications, segment, count: messages.length, time, start, frames, end })
      start = end
    }
    return parts
  }

  /** Those of `parts` for which `work` succeeded; what the others left is taken back, and their publishers are told. */
  async #each(parts: readonly Part[], work: (part: Part) => Promise<void>): Promise<Part[]> {
    const succeeded = await Promise.all(
      parts.map(async (part) => {
        try {
          await work(part)
          return true
        } catch (error) {
          await this.#takeBack(part, error)
          return false
        }
      })
    )
    return parts.filter((_, index) => succeeded[index])
  }

  async #journalled(parts: readonly Part[], written: readonly Part[]): Promise<readonly Part[]> {
    if (written.length === 0) return written
    const whole = this.#arena.subarray(0, (parts.at(-1) as Part).end)
    const bytes = written.length === parts.length ? whole : Buffer.concat(written.map(({ start, end }) => whole.subarray(start, end)))
    try {
      await this.#journal.append(
        bytes,
        written.map(({ segment }) => segment.path)
      )
      return written
    } catch (error) {
      await Promise.all(written.map((part) => this.#takeBack(part, error)))
      return []
    }
  }

  async #takeBack({ topic, publications, segment }: Part, error: unknown): Promise<void> {
    if (!saysFull(error)) this.#disk.syncs.fail(segment.path)
    await topic.segments.cutBack()
    refuse(publications, this.#trouble.begin(error))
  }
}

function settle({ topic, publications, segment, count, time, frames, end }: Part, arena: Buffer): void {
  const at = segment.bytes
  segment.append(end - frames, count, time)
  topic.committed(segment, at, arena, frames, end)
  for (const { resolve } of publications) resolve()
}

function refuse(publications: readonly Publication[], error: Error): void {
  for (const { reject } of publications) reject(error)
}
