import { MemoryFile } from './memory-file.ts'

/** What a name stands for. */
export type MemoryNode = MemoryFile | MemoryDirectory

/** Names, as they are seen and as they are on the disk. */
export class MemoryDirectory {
  readonly entries = new Map<string, MemoryNode>()
  readonly #durable = new Map<string, MemoryNode>()
  // What the disk has not got yet: names that came (or were replaced), or went.
  #changes: (readonly [name: string, node: MemoryNode | undefined][])[] = []

  /** Changes names, all of them or none. */
  change(...names: readonly [name: string, node: MemoryNode | undefined][]): void {
    apply(this.entries, names)
    this.#changes.push(names)
  }

  sync(): void {
    for (const change of this.#changes) apply(this.#durable, change)
    this.#changes = []
  }

  /** The directory after a power cut: of changes that were not synced the first few, or any few, are there. `keepAll`: all are. */
  afterCrash(random: () => number, keepAll: boolean): MemoryDirectory {
    const durable = new Map(this.#durable)
    const first = Math.floor(random() * (this.#changes.length + 1))
    const ordered = random() < 0.5
    for (const [index, change] of this.#changes.entries()) {
      if (keepAll || (ordered ? index < first : random() < 0.5)) apply(durable, change)
    }
    const left = new MemoryDirectory()
    for (const [name, node] of durable) left.change([name, node.afterCrash(random, keepAll)])
    left.sync()
    return left
  }
}

function apply(entries: Map<string, MemoryNode>, names: readonly (readonly [string, MemoryNode | undefined])[]): void {
  for (const [name, node] of names) {
    if (node === undefined) entries.delete(name)
    else entries.set(name, node)
  }
}
