/**
 * What was downloaded or compressed before: `downloads/` by digest, and `blobs/` and `layers/` of images. All of it can be removed at any time, and
 * nothing in it is believed without its digest.
 */
import { createHash, randomUUID } from 'node:crypto'
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync
} from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** A blob of the cache. `digest` is `sha256:` and 64 hexadecimal digits; bytes. */
export interface Blob {
  readonly digest: string
  readonly size: number
}

export class Cache {
  readonly directory: string

  constructor(directory: string) {
    this.directory = directory
    for (const each of ['downloads', 'blobs', 'layers', 'partial']) mkdirSync(join(directory, each), { recursive: true })
  }

  fileOf(digest: string): string {
    return join(this.directory, 'blobs', digest.replace(':', '-'))
  }

  /** Reads it to the end: what somebody's full disk has cut short is not there. */
  has(digest: string): boolean {
    const file = this.fileOf(digest)
    if (!existsSync(file) || sha256(readFileSync(file)) !== digest) return false
    const now = new Date()
    utimesSync(file, now, now)
    return true
  }

  /** Removes what no build has used since `before`, and what a build left that was killed. Gives the names. */
  sweep(before: Date): string[] {
    const old = ['blobs', 'layers', 'partial', 'downloads'].flatMap((part) =>
      readdirSync(join(this.directory, part)).map((name) => join(this.directory, part, name))
    )
    const unused = old.filter((file) => statSync(file).mtimeMs < before.getTime())
    for (const file of unused) rmSync(file, { force: true })
    return unused
  }

  bytesOf(digest: string): Buffer {
    return readFileSync(this.fileOf(digest))
  }

  /** Keeps bytes; gives what they are called. */
  put(bytes: Buffer): Blob {
    const blob = { digest: sha256(bytes), size: bytes.length }
    if (!this.has(blob.digest)) {
      const partial = this.#partial()
      writeFileSync(partial, bytes)
      renameSync(partial, this.fileOf(blob.digest))
    }
    return blob
  }

  async putStream(bytes: AsyncIterable<Buffer> | NodeJS.ReadableStream): Promise<Blob> {
    const partial = this.#partial()
    const hash = createHash('sha256')
    let size = 0
    const measure = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        hash.update(chunk)
        size += chunk.length
        done(null, chunk)
      }
    })
    try {
      await pipeline(bytes, measure, createWriteStream(partial))
      const digest = `sha256:${hash.digest('hex')}`
      renameSync(partial, this.fileOf(digest))
      return { digest, size }
    } catch (error) {
      rmSync(partial, { force: true })
      throw error
    }
  }

  /** The file `downloads/name` with the wanted digest in the form ALGORITHM:HEX: the one that is there, or what `fetch` writes to the path that it is given. */
  async download(name: string, wanted: string, fetch: (file: string) => Promise<void>): Promise<string> {
    const file = join(this.directory, 'downloads', name)
    if (existsSync(file) && (await digestOfFile(file, wanted)) === wanted) {
      const now = new Date()
      utimesSync(file, now, now)
      return file
    }
    const partial = this.#partial()
    try {
      await fetch(partial)
      const found = await digestOfFile(partial, wanted)
      if (found !== wanted) throw new WrongDigest(found)
      renameSync(partial, file)
    } finally {
      rmSync(partial, { force: true })
    }
    return file
  }

  #partial(): string {
    return join(this.directory, 'partial', randomUUID())
  }
}

/** A download that is not what the lock says. */
export class WrongDigest extends Error {
  constructor(found: string) {
    super(`what came has digest ${found}`)
  }
}

export const sha256 = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`

async function digestOfFile(file: string, like: string): Promise<string> {
  const [algorithm = ''] = like.split(':')
  const hash = createHash(algorithm)
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer)
  return `${algorithm}:${hash.digest('hex')}`
}

/** `KNATIVE_TS_CACHE`, else what the XDG base directory specification says. */
export function cacheDirectory(env: NodeJS.ProcessEnv): string {
  if (env['KNATIVE_TS_CACHE']) return join(env['KNATIVE_TS_CACHE'], 'images')
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'knative-ts/images')
}
