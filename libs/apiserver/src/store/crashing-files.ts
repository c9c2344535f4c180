/**
 * A disk in memory for crash tests. It keeps what was synced apart from what was only written: {@link CrashingFiles.afterCrash} is the
 * disk as a power cut may leave it. Of the unsynced bytes of a file none, a prefix, or a prefix with a hole of zeros is there; of the
 * unsynced changes of a directory a prefix or any few.
 */
import type { FileLayer, OpenFile } from './file-layer.ts'
import { basename, dirname } from 'node:path'

interface Inode {
  synced: Buffer
  written: Buffer
}

type NameChange = { readonly name: string; readonly inode: Inode | undefined }[]

export interface Fault {
  /** Which call fails: the n-th of the layer from now on, counting from 1. */
  readonly call: number
  /** `crash` stops the world: this call and all later ones never return. Else the errno to fail with. */
  readonly error: 'crash' | 'ENOSPC' | 'EIO'
}

export class CrashingFiles implements FileLayer {
  readonly #random: () => number
  readonly #durable: Map<string, Inode>
  readonly #names: Map<string, Inode>
  #changes: NameChange[] = []
  #calls = 0
  #faults: Fault[] = []
  #onCrash: () => void = () => undefined
  /** Set: sync calls do nothing. A test proves with it that it would notice. */
  lies = false
  free = Number.MAX_SAFE_INTEGER
  /** Set: no write finds space; half of it may be there all the same. */
  full = false

  constructor(random: () => number, durable: ReadonlyMap<string, Inode> = new Map()) {
    this.#random = random
    this.#durable = new Map(durable)
    this.#names = new Map(durable)
  }

  get calls(): number {
    return this.#calls
  }

  /** Resolves when the world has stopped. */
  fail(fault: Fault): Promise<void> {
    this.#faults.push({ ...fault, call: this.#calls + fault.call })
    return new Promise((resolve) => (this.#onCrash = resolve))
  }

  /** What is on the disk when the machine comes up again. */
  afterCrash(): CrashingFiles {
    const kept = Math.floor(this.#random() * (this.#changes.length + 1))
    const ordered = this.#random() < 0.5
    for (const [index, change] of this.#changes.entries()) if (ordered ? index < kept : this.#random() < 0.5) rename(this.#durable, change)
    const left = [...this.#durable].map(([name, inode]) => {
      const content = this.#leftOf(inode)
      return [name, { synced: content, written: content }] as const
    })
    return new CrashingFiles(this.#random, new Map(left))
  }

  #leftOf({ synced, written }: Inode): Buffer {
    const luck = this.#random()
    if (luck < 0.5 || written.length <= synced.length) return synced
    const unsynced = written.subarray(synced.length)
    const torn = Buffer.from(unsynced.subarray(0, Math.floor(this.#random() * (unsynced.length + 1))))
    // Pages are written out in no order: the size may be there and a page in the middle not.
    if (luck > 0.8) torn.fill(0, Math.floor(this.#random() * torn.length), Math.floor(this.#random() * torn.length))
    return Buffer.concat([synced, torn])
  }

  async #call(partly?: (share: number) => void): Promise<void> {
    this.#calls++
    const fault = this.#faults.find(({ call, error }) => call === this.#calls || (error === 'crash' && call < this.#calls))
    if (fault === undefined) return
    partly?.(this.#random())
    if (fault.error !== 'crash') throw Object.assign(new Error(`${fault.error}: injected`), { code: fault.error })
    this.#onCrash()
    await new Promise(() => undefined)
  }

  #rename(change: NameChange): void {
    this.#changes.push(change)
    rename(this.#names, change)
  }

  makeDirectory(): Promise<void> {
    return this.#call()
  }

  async names(directory: string): Promise<readonly string[]> {
    await this.#call()
    return [...this.#names.keys()].filter((path) => dirname(path) === directory).map((path) => basename(path))
  }

  async read(path: string): Promise<Buffer> {
    await this.#call()
    const inode = this.#names.get(path)
    if (inode === undefined) throw Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' })
    return inode.written
  }

  async open(path: string): Promise<OpenFile> {
    await this.#call()
    const inode = this.#names.get(path) ?? { synced: Buffer.alloc(0), written: Buffer.alloc(0) }
    if (!this.#names.has(path)) this.#rename([{ name: path, inode }])
    const write = (bytes: Buffer, position: number) => {
      const grown = Buffer.alloc(Math.max(inode.written.length, position + bytes.length))
      inode.written.copy(grown)
      bytes.copy(grown, position)
      inode.written = grown
    }
    return {
      write: async (bytes, position) => {
        if (this.full) {
          write(bytes.subarray(0, bytes.length >> 1), position)
          throw Object.assign(new Error('ENOSPC: injected'), { code: 'ENOSPC' })
        }
        await this.#call((share) => write(bytes.subarray(0, Math.floor(share * bytes.length)), position))
        write(bytes, position)
      },
      truncate: async (size) => {
        await this.#call()
        inode.written = inode.written.subarray(0, size)
      },
      sync: async () => {
        await this.#call()
        if (!this.lies) inode.synced = inode.written
      },
      close: () => this.#call()
    }
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#call()
    this.#rename([
      { name: from, inode: undefined },
      { name: to, inode: this.#names.get(from) }
    ])
  }

  async remove(path: string): Promise<void> {
    await this.#call()
    if (this.#names.has(path)) this.#rename([{ name: path, inode: undefined }])
  }

  async syncDirectory(): Promise<void> {
    await this.#call()
    if (this.lies) return
    for (const change of this.#changes) rename(this.#durable, change)
    this.#changes = []
  }

  freeBytes(): Promise<number> {
    return Promise.resolve(this.free)
  }

  lock(): Promise<() => Promise<void>> {
    return Promise.resolve(() => Promise.resolve())
  }

  /** What a reader sees of a file. */
  contentOf(path: string): Buffer {
    return this.#names.get(path)?.written ?? Buffer.alloc(0)
  }

  /** Changes bits of one byte of a file (one bit, unless told), as a decaying disk does. */
  damage(path: string, at: number, bits = 1): void {
    const inode = this.#names.get(path)
    if (inode === undefined) throw new Error(`no ${path} among ${[...this.#names.keys()].join(', ')}`)
    const bytes = Buffer.from(inode.written)
    bytes[at] = (bytes[at] ?? 0) ^ bits
    inode.written = inode.synced = bytes
  }
}

function rename(names: Map<string, Inode>, change: NameChange): void {
  for (const { name, inode } of change) {
    if (inode === undefined) names.delete(name)
    else names.set(name, inode)
  }
}
