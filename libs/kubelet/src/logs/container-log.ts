/**
 * One run of one container, as a file that the program writes itself: its output survives this agent. Both streams go to one file, in order. When
 * a line was written is known from watching the file grow.
 */
import {
  appendFileSync,
  closeSync,
  copyFileSync,
  fstatSync,
  type FSWatcher,
  mkdirSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
  watch
} from 'node:fs'
import { dirname } from 'node:path'

/** A byte offset in the file, and the time (ms) at which it was the end. */
interface Growth {
  readonly offset: number
  readonly time: number
}

/** A kubelet's containerLogMaxSize. Of a log there are at most two parts: this one and the one before. */
const rotateBytes = 10 * 1024 * 1024
const remembered = 8_192
/** Output that comes in bursts is stamped in steps of this. ms. */
const settleMs = 3

export class ContainerLog {
  readonly file: string
  readonly descriptor: number
  readonly startedAt = Date.now()
  readonly #rotateBytes: number
  #growth: Growth[] = []
  /** Of the part that was cut off last. */
  #olderGrowth: Growth[] = []
  #watcher: FSWatcher | undefined
  #timer: NodeJS.Timeout | undefined
  #listeners = new Set<() => void>()
  #ended = false
  /** Raised when the file is cut: offsets before that mean nothing any more. */
  #generation = 0

  /** `limit` is the size in bytes at which the log is cut. */
  constructor(file: string, limit: number = rotateBytes) {
    this.file = file
    this.#rotateBytes = limit
    mkdirSync(dirname(file), { recursive: true })
    this.descriptor = openSync(file, 'a+', 0o640)
    // The program may outlive any event: the watch must not keep this process alive.
    this.#watcher = watch(file, { persistent: false }, () => this.#noteSoon())
    this.#watcher.on('error', () => this.#watcher?.close())
  }

  get ended(): boolean {
    return this.#ended
  }

  get generation(): number {
    return this.#generation
  }

  get size(): number {
    return this.#ended ? (this.#growth.at(-1)?.offset ?? 0) : fstatSync(this.descriptor).size
  }

  /** Where the part that was cut off last is, when there is one. */
  get olderFile(): string {
    return `${this.file}.1`
  }

  /** When the byte at `offset` was written, ms; with `older` of the part that was cut off last. */
  timeOf(offset: number, older = false): number {
    const growth = older ? this.#olderGrowth : this.#growth
    let low = 0
    let high = growth.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((growth[middle] as Growth).offset > offset) high = middle
      else low = middle + 1
    }
    return growth[low]?.time ?? growth.at(-1)?.time ?? this.startedAt
  }

  /** Removes what is on the disk; the run is over and nobody asks for it any more. */
  remove(): void {
    for (const file of [this.file, this.olderFile]) rmSync(file, { force: true })
  }

  /** Called whenever there is more to read, and at the end. Returns the unsubscriber. */
  onGrowth(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** The program has ended: nothing more will come. */
  end(): void {
    if (this.#ended) return
    this.#note()
    this.#ended = true
    clearTimeout(this.#timer)
    this.#watcher?.close()
    closeSync(this.descriptor)
    for (const listener of this.#listeners) listener()
  }

  #noteSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      if (this.#ended) return
      this.#note()
      for (const listener of this.#listeners) listener()
    }, settleMs).unref()
  }

  #note(): void {
    const offset = fstatSync(this.descriptor).size
    if (offset < (this.#growth.at(-1)?.offset ?? 0)) this.#growth = []
    if (offset > (this.#growth.at(-1)?.offset ?? 0)) this.#growth.push({ offset, time: Date.now() })
    if (this.#growth.length > remembered) this.#growth = this.#growth.filter((_, index) => index % 2 === 1)
    if (offset > this.#rotateBytes) this.#rotate()
  }

  /**
   * The program holds the file open for appending, so the file stays and its content moves. What is written while it is copied is copied too; what
   * comes between the last look and the cut, a matter of microseconds, is lost.
   */
  #rotate(): void {
    copyFileSync(this.file, this.olderFile)
    let copied = statSync(this.olderFile).size
    for (let size = this.size; size > copied; size = this.size) {
      const more = Buffer.allocUnsafe(Math.min(size - copied, 1024 * 1024))
      const read = readSync(this.descriptor, more, 0, more.length, copied)
      appendFileSync(this.olderFile, more.subarray(0, read))
      copied += read
      if (copied > 2 * this.#rotateBytes) break
    }
    truncateSync(this.file)
    this.#olderGrowth = this.#growth
    this.#growth = []
    this.#generation++
  }
}
