/**
 * One run of one container, as a file that the program writes itself: its output survives this agent. Both streams go to one file, in order. When
 * a line was written is known from watching the file grow.
 */
import { closeSync, copyFileSync, fstatSync, type FSWatcher, mkdirSync, openSync, truncateSync, watch } from 'node:fs'
import { dirname } from 'node:path'

/** A byte offset in the file, and the time (ms) at which it was the end. */
interface Growth {
  readonly offset: number
  readonly time: number
}

const rotateBytes = 10 * 1024 * 1024
const remembered = 8_192
/** Output that comes in bursts is stamped in steps of this. ms. */
const settleMs = 3

export class ContainerLog {
  readonly file: string
  readonly descriptor: number
  readonly startedAt = Date.now()
  #growth: Growth[] = []
  #watcher: FSWatcher | undefined
  #timer: NodeJS.Timeout | undefined
  #listeners = new Set<() => void>()
  #ended = false
  /** Raised when the file is cut: offsets before that mean nothing any more. */
  #generation = 0

  constructor(file: string) {
    this.file = file
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

  /** When the byte at `offset` was written, ms. */
  timeOf(offset: number): number {
    let low = 0
    let high = this.#growth.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#growth[middle] as Growth).offset > offset) high = middle
      else low = middle + 1
    }
    return this.#growth[low]?.time ?? this.#growth.at(-1)?.time ?? this.startedAt
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
    if (offset > rotateBytes) this.#rotate()
  }

  /** The program holds the file open for appending, so the file stays and its content moves. What is written between copy and cut is lost. */
  #rotate(): void {
    copyFileSync(this.file, `${this.file}.1`)
    truncateSync(this.file)
    this.#growth = []
    this.#generation++
  }
}
