import { ChannelError } from '../channel-error.ts'
import type { FileLayer, OpenFile } from '../log/files/file-layer.ts'
import { MemoryDirectory, type MemoryNode } from './memory-directory.ts'
import { MemoryFile } from './memory-file.ts'

/** A call that goes wrong. */
export interface Fault {
  /** Which one: the n-th from now on, counting from 1. */
  readonly call: number
  /** `crash` stops the world: this call and all later ones never return. Else the errno to fail with; a sync that fails loses what it should have written. */
  readonly error: 'crash' | 'ENOSPC' | 'EIO'
}

/**
 * A file system in memory under the log, for tests: quick, and able to be the disk after a power cut. What was synced is there then; of the rest any pages and any names
 * may be.
 */
export class MemoryFiles implements FileLayer {
  readonly #random: () => number
  readonly #root: MemoryDirectory
  #locked = false
  #faults: Fault[] = []
  #onCrash: () => void = () => undefined
  #stopped = false
  calls = 0
  /** Syncs so far, of files. */
  syncs = 0
  /** Set: no write finds space; half of it may be there all the same. */
  full = false
  /** Set: syncs do nothing. A test proves with it that it would notice. */
  lies = false

  constructor(random: () => number = Math.random, root: MemoryDirectory = new MemoryDirectory()) {
    this.#random = random
    this.#root = root
  }

  /** Lets a later call go wrong. Resolves when the world has stopped. */
  fail(fault: Fault): Promise<void> {
    this.#faults.push({ ...fault, call: this.calls + fault.call })
    return new Promise((resolve) => (this.#onCrash = resolve))
  }

  /** No call returns any more. */
  stop(): void {
    this.#stopped = true
  }

  /** The disk when the machine comes up again; `keepAll`: when the process does, so that all that was written is there. */
  afterCrash(keepAll = false): MemoryFiles {
    return new MemoryFiles(this.#random, this.#root.afterCrash(this.#random, keepAll))
  }

  async makeDirectory(path: string): Promise<void> {
    await this.#call()
    let directory = this.#root
    for (const name of namesOf(path)) {
      if (!directory.entries.has(name)) directory.change([name, new MemoryDirectory()])
      directory = directoryOf(directory.entries.get(name), path)
    }
  }

  async names(directory: string): Promise<readonly string[]> {
    await this.#call()
    return [...directoryOf(this.#find(directory), directory).entries.keys()]
  }

  async open(path: string, make: boolean): Promise<OpenFile> {
    await this.#call()
    const [parent, name] = this.#parentOf(path)
    if (make && !parent.entries.has(name)) parent.change([name, new MemoryFile()])
    const file = parent.entries.get(name)
    if (!(file instanceof MemoryFile)) throw systemError('ENOENT', path)
    return this.#openFile(file)
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#call()
    const [parent, name] = this.#parentOf(from)
    const [toParent, toName] = this.#parentOf(to)
    if (parent !== toParent) throw systemError('EXDEV', to)
    parent.change([name, undefined], [toName, this.#find(from) as MemoryNode])
  }

  async remove(path: string): Promise<void> {
    await this.#call()
    const [parent, name] = this.#parentOf(path)
    if (parent.entries.has(name)) parent.change([name, undefined])
  }

  async syncDirectory(directory: string): Promise<void> {
    await this.#call()
    if (!this.lies) directoryOf(this.#find(directory), directory).sync()
  }

  lock(directory: string): Promise<() => Promise<void>> {
    if (this.#locked) return Promise.reject(new ChannelError('busy', `${directory} is in use`))
    this.#locked = true
    return Promise.resolve(() => {
      this.#locked = false
      return Promise.resolve()
    })
  }

  /** A file as it is seen. */
  file(path: string): MemoryFile {
    const found = this.#find(path)
    if (found instanceof MemoryFile) return found
    throw systemError('ENOENT', path)
  }

  #openFile(file: MemoryFile): OpenFile {
    return {
      read: async (into, length, position) => {
        await this.#call()
        return file.read(into, length, position)
      },
      write: async (bytes, position) => {
        const partly = (share: number) => file.write(bytes.subarray(0, Math.floor(share * bytes.length)), position)
        if (this.full) {
          partly(this.#random())
          throw systemError('ENOSPC', 'injected')
        }
        await this.#call(partly)
        file.write(bytes, position)
      },
      truncate: async (size) => {
        await this.#call()
        file.truncate(size)
      },
      size: async () => {
        await this.#call()
        return file.size
      },
      sync: async () => {
        await this.#call(() => file.loseChanges())
        this.syncs++
        if (!this.lies) file.sync()
      },
      close: () => this.#call()
    }
  }

  /** Counts a call, and lets it go wrong when it is to: `partly` is what happens then all the same. */
  async #call(partly?: (share: number) => void): Promise<void> {
    this.calls++
    const fault = this.#faults.find(({ call }) => call === this.calls)
    if (fault !== undefined && !this.#stopped) {
      if (fault.error !== 'crash') {
        partly?.(this.#random())
        throw systemError(fault.error, 'injected')
      }
      this.#stopped = true
      this.#onCrash()
    }
    if (this.#stopped) await new Promise(() => undefined)
  }

  #find(path: string): MemoryNode | undefined {
    let node: MemoryNode | undefined = this.#root
    for (const name of namesOf(path)) node = node instanceof MemoryDirectory ? node.entries.get(name) : undefined
    return node
  }

  #parentOf(path: string): [parent: MemoryDirectory, name: string] {
    const cut = path.lastIndexOf('/')
    return [directoryOf(this.#find(path.slice(0, cut)), path), path.slice(cut + 1)]
  }
}

/** Files in memory, for specs that need a log and no disk: `openLog({ directory: '/log', files: memoryFiles(), … })`. */
export function memoryFiles(): MemoryFiles {
  return new MemoryFiles()
}

function namesOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '')
}

function directoryOf(node: MemoryNode | undefined, path: string): MemoryDirectory {
  if (node instanceof MemoryDirectory) return node
  throw systemError('ENOENT', path)
}

function systemError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code })
}
