const page = 4096

type Change =
  | { readonly kind: 'write'; readonly position: number; readonly bytes: Buffer }
  | { readonly kind: 'truncate'; readonly size: number }

/** The content of a file: as readers see it, and as it is on the disk. */
export class MemoryFile {
  readonly #seen = new Content()
  readonly #durable = new Content()
  // What the disk has not got yet.
  #changes: Change[] = []

  get size(): number {
    return this.#seen.size
  }

  read(into: Buffer, length: number, position: number): number {
    return this.#seen.bytes(position, position + length).copy(into)
  }

  write(bytes: Buffer, position: number): void {
    const own = Buffer.from(bytes)
    this.#seen.write(own, position)
    this.#changes.push({ kind: 'write', position, bytes: own })
  }

  truncate(size: number): void {
    this.#seen.truncate(size)
    this.#changes.push({ kind: 'truncate', size })
  }

  sync(): void {
    for (const change of this.#changes) this.#durable.apply(change)
    this.#changes = []
  }

  /** Forgets changes without making them durable, as a kernel does when a sync has failed; readers go on seeing them. */
  loseChanges(): void {
    this.#changes = []
  }

  /** Changes bits of one byte, on the disk too. */
  damage(at: number, bits: number): void {
    this.sync()
    for (const content of [this.#seen, this.#durable]) {
      const byte = content.bytes(at, at + 1)
      byte[0] = (byte[0] ?? 0) ^ bits
    }
  }

  /** The file after a power cut: of what was not synced any pages may be there. `keepAll`: after the death of the process alone, which loses nothing. */
  afterCrash(random: () => number, keepAll: boolean): MemoryFile {
    const left = new MemoryFile()
    left.#durable.write(this.#durable.bytes(0, this.#durable.size), 0)
    const luck = keepAll ? 1 : [0, random(), 1][Math.floor(random() * 3)]!
    for (const change of this.#changes) {
      if (change.kind === 'truncate') {
        if (random() < luck) left.#durable.apply(change)
        continue
      }
      // A page that is not there, before one that is, is a hole of zeros.
      for (let at = 0; at < change.bytes.length;) {
        const end = Math.min(change.bytes.length, at + page - ((change.position + at) % page))
        if (random() < luck) left.#durable.write(change.bytes.subarray(at, end), change.position + at)
        at = end
      }
    }
    left.#seen.write(left.#durable.bytes(0, left.#durable.size), 0)
    return left
  }
}

/** Bytes that grow. */
class Content {
  size = 0
  #buffer = Buffer.alloc(0)

  bytes(from: number, to: number): Buffer {
    return this.#buffer.subarray(Math.min(from, this.size), Math.min(to, this.size))
  }

  write(bytes: Buffer, position: number): void {
    const end = position + bytes.length
    if (end > this.#buffer.length) {
      const larger = Buffer.alloc(Math.max(end, 2 * this.#buffer.length))
      this.#buffer.copy(larger, 0, 0, this.size)
      this.#buffer = larger
    }
    bytes.copy(this.#buffer, position)
    this.size = Math.max(this.size, end)
  }

  truncate(size: number): void {
    this.write(Buffer.alloc(Math.max(0, size - this.size)), this.size)
    this.#buffer.fill(0, size, this.size)
    this.size = size
  }

  apply(change: Change): void {
    if (change.kind === 'write') this.write(change.bytes, change.position)
    else this.truncate(change.size)
  }
}
