/** SPDY/3 header blocks: names and values, compressed with one zlib stream a direction (SPDY Protocol Draft 3.1, section 2.6.10). */
import type { TransformOptions } from 'node:stream'
import { constants, createInflate, type ZlibOptions } from 'node:zlib'
import { headerDictionary } from './dictionary.ts'
import { SpdyError } from './spdy-error.ts'

/** Lower-case names; several values of one name are joined by NUL, as on the wire. */
export type Headers = ReadonlyMap<string, string>

/** What a peer may make of a few compressed bytes. */
const mostBytes = 64 * 1024

/** Writes header blocks. They are stored, not compressed, which every inflater reads: a few words a stream are not worth a window of 32 KiB. */
export class HeaderWriter {
  #begun = false

  block(headers: Headers): Buffer {
    const pairs = [...headers].flatMap((pair) => pair.map((text) => Buffer.from(text)))
    const plain = Buffer.concat([word(headers.size), ...pairs.flatMap((bytes) => [word(bytes.length), bytes])])
    if (plain.length > 0xffff) throw new SpdyError('headers to send are larger than 64 KiB')
    const stored = Buffer.alloc(5)
    stored.writeUInt16LE(plain.length, 1)
    stored.writeUInt16LE(plain.length ^ 0xffff, 3)
    // The zlib head once (no preset dictionary); an empty stored block behind each is what a flush looks like, and what makes readers give it out.
    const head = this.#begun ? Buffer.alloc(0) : Buffer.from([0x78, 0x01])
    this.#begun = true
    return Buffer.concat([head, stored, plain, Buffer.from([0, 0, 0, 0xff, 0xff])])
  }
}

const inflation: ZlibOptions & Pick<TransformOptions, 'readableHighWaterMark'> = {
  dictionary: headerDictionary,
  flush: constants.Z_SYNC_FLUSH,
  finishFlush: constants.Z_SYNC_FLUSH,
  // All of what is allowed must fit, else the inflater would wait for a reader that waits for it.
  readableHighWaterMark: 4 * mostBytes
}

/** Reads header blocks in the order in which they came. */
export class HeaderReader {
  readonly #inflate = createInflate(inflation)
  #failure: Error | undefined
  #onFailure: (error: Error) => void = () => undefined

  constructor() {
    this.#inflate.on('error', (error) => {
      this.#failure = error
      this.#onFailure(error)
    })
  }

  /** Rejects with {@link SpdyError}; the connection is of no use then. */
  async read(block: Uint8Array): Promise<Headers> {
    const plain: Buffer[] = []
    let size = 0
    const { promise: taken, resolve, reject } = Promise.withResolvers<void>()
    const take = (): void => {
      for (let bytes = this.#inflate.read() as Buffer | null; bytes !== null; bytes = this.#inflate.read() as Buffer | null) {
        size += bytes.length
        if (size > mostBytes) return reject(new SpdyError('headers are larger than 64 KiB'))
        plain.push(bytes)
      }
    }
    this.#onFailure = (error) => reject(new SpdyError(`a header block cannot be inflated: ${error.message}`))
    if (this.#failure !== undefined) this.#onFailure(this.#failure)
    this.#inflate.on('readable', take)
    // What cannot be inflated is an error event; the callback may never come then.
    this.#inflate.write(block, (error) => {
      take()
      if (error === null || error === undefined) resolve()
      else this.#onFailure(error)
    })
    await taken.finally(() => this.#inflate.off('readable', take))
    return parse(Buffer.concat(plain))
  }

  close(): void {
    this.#inflate.destroy()
  }
}

const word = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

function parse(plain: Buffer): Headers {
  let at = 0
  const number = (): number => {
    if (at + 4 > plain.length) throw new SpdyError('a header block ends in the middle of a length')
    at += 4
    return plain.readUInt32BE(at - 4)
  }
  const text = (): string => {
    const length = number()
    if (length > plain.length - at) throw new SpdyError('a header is longer than its block')
    at += length
    return plain.toString('utf8', at - length, at)
  }
  const headers = new Map<string, string>()
  const pairs = number()
  for (let index = 0; index < pairs; index++) {
    const name = text()
    if (name === '' || name !== name.toLowerCase()) throw new SpdyError(`header name ${JSON.stringify(name)} is not lower-case`)
    if (headers.has(name)) throw new SpdyError(`header ${JSON.stringify(name)} comes twice`)
    headers.set(name, text())
  }
  if (at !== plain.length) throw new SpdyError('a header block is longer than its headers')
  return headers
}
