/** Content-addressed files: `blobs/sha256/HEX`. A file there is whole: it comes by a rename after it was written, synced and compared. */
import { createHash, type Hash, randomUUID } from 'node:crypto'
import { createReadStream, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { errorText } from '@knative-ts/kube'
import { digestPattern, ImageError } from './oci.ts'

/** Beginnings of blobs that are pulled: one file a digest, for whoever goes on with it. */
const partialPrefix = 'partial-'
const abandonedMs = 24 * 3_600_000

export class Blobs {
  readonly #directory: string
  readonly #incoming: string

  constructor(root: string) {
    this.#directory = join(root, 'blobs/sha256')
    this.#incoming = join(root, 'incoming')
    mkdirSync(this.#directory, { recursive: true })
    mkdirSync(this.#incoming, { recursive: true })
  }

  /** Stores what comes, and gives its digest and size. Rejects when it is not what `expected` says. */
  async put(source: AsyncIterable<Uint8Array>, expected?: string): Promise<{ readonly digest: string; readonly size: number }> {
    const temporary = join(this.#incoming, `${process.pid}-${randomUUID()}`)
    const file = await open(temporary, 'wx', 0o644)
    const hash = createHash('sha256')
    let size = 0
    try {
      for await (const part of source) {
        hash.update(part)
        size += part.length
        await file.writeFile(part)
      }
      await file.sync()
      const digest = `sha256:${hash.digest('hex')}`
      if (expected !== undefined && expected !== digest)
        throw new ImageError(`a blob should be ${expected} and is ${digest}: it is damaged`)
      renameSync(temporary, this.pathOf(digest))
      return { digest, size }
    } finally {
      await file.close()
      rmSync(temporary, { force: true })
    }
  }

  /**
   * Stores what `read` gives from where an earlier attempt left off: what came is kept when it rejects, so that the next one goes on from there. Rejects with
   * what `read` rejects with; that says too when the blob is not what its digest says.
   */
  async resume(digest: string, read: (begun: { readonly size: number; readonly hash: Hash }) => AsyncIterable<Uint8Array>): Promise<void> {
    const partial = join(this.#incoming, `${partialPrefix}${digest.slice('sha256:'.length)}`)
    const hash = createHash('sha256')
    const file = await open(partial, 'a+', 0o644)
    try {
      let size = 0
      for await (const part of file.createReadStream({ start: 0, autoClose: false })) {
        hash.update(part as Buffer)
        size += (part as Buffer).length
      }
      for await (const part of read({ size, hash })) await file.appendFile(part)
      await file.sync()
      renameSync(partial, this.pathOf(digest))
    } finally {
      await file.close()
    }
  }

  /** What came of a blob is of no use. */
  forgetPartial(digest: string): void {
    rmSync(join(this.#incoming, `${partialPrefix}${digest.slice('sha256:'.length)}`), { force: true })
  }

  pathOf(digest: string): string {
    if (!digestPattern.test(digest))
      throw new ImageError(`"${digest}" is no digest that this store knows: it must be sha256: and 64 digits`)
    return join(this.#directory, digest.slice('sha256:'.length))
  }

  has(digest: string): boolean {
    return existsSync(this.pathOf(digest))
  }

  size(digest: string): number {
    return statSync(this.pathOf(digest)).size
  }

  read(digest: string): AsyncIterable<Buffer> {
    return createReadStream(this.pathOf(digest))
  }

  /** A small blob as JSON. Throws {@link ImageError} for one that is not there or no JSON. */
  json<T>(digest: string): T {
    try {
      return JSON.parse(readFileSync(this.pathOf(digest), 'utf8')) as T
    } catch (error) {
      if (error instanceof ImageError) throw error
      throw new ImageError(`blob ${digest} cannot be read (${errorText(error)}): load the image again`)
    }
  }

  /** Digests of all blobs. */
  all(): string[] {
    return readdirSync(this.#directory).map((name) => `sha256:${name}`)
  }

  remove(digest: string): void {
    rmSync(this.pathOf(digest), { force: true })
  }

  /** Removes what loads that were killed have left, and the beginnings of blobs that nobody has gone on with for a day. */
  removeAbandoned(): void {
    for (const name of readdirSync(this.#incoming)) {
      if (name.startsWith(partialPrefix)) {
        const path = join(this.#incoming, name)
        if (Date.now() - statSync(path).mtimeMs > abandonedMs) rmSync(path, { force: true })
        continue
      }
      const pid = Number(name.split('-', 1)[0])
      if (pid !== process.pid && !existsSync(`/proc/${pid}`)) rmSync(join(this.#incoming, name), { recursive: true, force: true })
    }
  }
}
