import { fdatasync, openSync, write } from 'node:fs'
import { promisify } from 'node:util'

const writeTo = promisify(write)
const sync = promisify(fdatasync)

interface Waiting {
  readonly body: Uint8Array
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** A group commit with nothing around it: bodies one after the other in a file, no format, no checksum, no positions. What a log is measured against. */
export class RawAppend {
  readonly #descriptor: number
  #waiting: Waiting[] = []
  #running = false
  #position = 0
  #buffer = Buffer.alloc(1 << 20)

  constructor(path: string) {
    this.#descriptor = openSync(path, 'w')
  }

  /** Resolves when the bytes are durable. */
  append(body: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ body, resolve, reject })
      if (!this.#running) void this.#run()
    })
  }

  async #run(): Promise<void> {
    this.#running = true
    while (this.#waiting.length > 0) {
      // As the log does: what one turn of the event loop brings is one commit.
      await new Promise((resolve) => setImmediate(resolve))
      await this.#commit(this.#waiting)
    }
    this.#running = false
  }

  async #commit(group: readonly Waiting[]): Promise<void> {
    this.#waiting = []
    const size = group.reduce((sum, { body }) => sum + body.length, 0)
    if (size > this.#buffer.length) this.#buffer = Buffer.alloc(2 * size)
    let at = 0
    for (const { body } of group) {
      this.#buffer.set(body, at)
      at += body.length
    }
    try {
      const { bytesWritten } = await writeTo(this.#descriptor, this.#buffer, 0, size, this.#position)
      if (bytesWritten < size) throw new Error('a short write')
      await sync(this.#descriptor)
      this.#position += size
      for (const { resolve } of group) resolve()
    } catch (error) {
      for (const { reject } of group) reject(error)
    }
  }
}
