/** Reads tar archives (ustar, pax, GNU long names) from a stream. Strict: what is damaged or cut short is an error, never a shorter archive. */
import { ImageError } from './oci.ts'

/** One member of an archive. Its body must be read, or left, before the next one is asked for. */
export interface TarEntry {
  readonly path: string
  readonly type: 'file' | 'hardlink' | 'symlink' | 'character' | 'block' | 'directory' | 'fifo'
  readonly linkPath: string
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly size: number
  /** Seconds since 1970. */
  readonly mtime: number
  readonly major: number
  readonly minor: number
  /** Extended attributes, from pax records. */
  readonly xattrs: ReadonlyMap<string, Buffer>
  body(): AsyncGenerator<Buffer>
}

const block = 512
/** No name or pax record is longer than this; more is an attack on memory. Bytes. */
const longestHeader = 1 << 20
const types: Readonly<Record<string, TarEntry['type']>> = {
  '0': 'file',
  '\0': 'file',
  '7': 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '3': 'character',
  '4': 'block',
  '5': 'directory',
  '6': 'fifo'
}

/** The members in order. Throws {@link ImageError}. */
export async function* readTar(source: AsyncIterable<Buffer>, name: string): AsyncGenerator<TarEntry> {
  const bytes = new Bytes(source, name)
  let pax = new Map<string, Buffer>()
  const global = new Map<string, Buffer>()
  let long: { path?: string; link?: string } = {}
  for (;;) {
    const header = await bytes.upTo(block)
    // What comes after belongs to the archive too: its digest is that of all bytes.
    if (header.every((byte) => byte === 0)) return bytes.drain()
    if (header.length < block) throw new ImageError(`${name}: the archive is cut short`)
    checkSum(header, name)
    const flag = String.fromCharCode(header[156] as number)
    const size = numberAt(header, 124, 12)
    if ('xgLK'.includes(flag)) {
      if (size > longestHeader) throw new ImageError(`${name}: a header of ${size} bytes is more than an archive may have`)
      const body = await bytes.exactly(size)
      await bytes.exactly(padding(size))
      if (flag === 'x') pax = paxRecords(body, name)
      else if (flag === 'g') for (const [key, value] of paxRecords(body, name)) global.set(key, value)
      else long = { ...long, [flag === 'L' ? 'path' : 'link']: textOf(body) }
      continue
    }
    const entry = entryOf(header, new Map([...global, ...pax]), long)
    pax = new Map()
    long = {}
    if (entry === undefined) {
      await bytes.skip(size + padding(size))
      continue
    }
    let read = 0
    yield {
      ...entry,
      async *body() {
        while (read < entry.size) {
          const part = await bytes.upTo(Math.min(64 * 1024, entry.size - read), false)
          if (part.length === 0) throw new ImageError(`${name}: the archive is cut short in ${entry.path}`)
          read += part.length
          yield part
        }
      }
    }
    await bytes.skip(entry.size - read + padding(entry.size))
  }
}

const padding = (size: number): number => (block - (size % block)) % block

function entryOf(
  header: Buffer,
  pax: ReadonlyMap<string, Buffer>,
  long: { path?: string; link?: string }
): Omit<TarEntry, 'body'> | undefined {
  const type = types[String.fromCharCode(header[156] as number)]
  if (type === undefined) return undefined
  const record = (key: string): string | undefined => pax.get(key)?.toString('utf8')
  const numbered = (key: string, usual: number): number => (pax.has(key) ? Number(record(key)) : usual)
  const prefix = header.subarray(257, 262).toString('latin1') === 'ustar' && header[262] === 0 ? textOf(header.subarray(345, 500)) : ''
  const short = textOf(header.subarray(0, 100))
  const path = record('path') ?? long.path ?? (prefix === '' ? short : `${prefix}/${short}`)
  const isDirectory = type === 'directory' || (type === 'file' && path.endsWith('/'))
  const hasBody = type === 'file' && !isDirectory
  return {
    path,
    type: isDirectory ? 'directory' : type,
    linkPath: record('linkpath') ?? long.link ?? textOf(header.subarray(157, 257)),
    mode: numberAt(header, 100, 8) & 0o7777,
    uid: numbered('uid', numberAt(header, 108, 8)),
    gid: numbered('gid', numberAt(header, 116, 8)),
    size: hasBody ? numbered('size', numberAt(header, 124, 12)) : 0,
    mtime: numbered('mtime', numberAt(header, 136, 12)),
    major: numberAt(header, 329, 8),
    minor: numberAt(header, 337, 8),
    xattrs: new Map(
      [...pax].flatMap(([key, value]) => (key.startsWith('SCHILY.xattr.') ? [[key.slice('SCHILY.xattr.'.length), value] as const] : []))
    )
  }
}

/** `length key=value\n`, where the length counts the whole record. */
function paxRecords(body: Buffer, name: string): Map<string, Buffer> {
  const records = new Map<string, Buffer>()
  for (let at = 0; at < body.length;) {
    const space = body.indexOf(0x20, at)
    const length = space < 0 ? Number.NaN : Number(body.subarray(at, space).toString('latin1'))
    const end = at + length
    const equals = body.indexOf(0x3d, space)
    if (!(length > 0) || end > body.length || equals < 0 || equals >= end || body[end - 1] !== 0x0a)
      throw new ImageError(`${name}: a pax record is damaged`)
    records.set(body.subarray(space + 1, equals).toString('utf8'), body.subarray(equals + 1, end - 1))
    at = end
  }
  return records
}

/** Octal digits, or with the highest bit set a binary number. */
function numberAt(header: Buffer, at: number, length: number): number {
  const field = header.subarray(at, at + length)
  if (((field[0] as number) & 0x80) === 0) return Number.parseInt(textOf(field).trim() || '0', 8)
  return Number(field.subarray(1).reduce((value, byte) => value * 256n + BigInt(byte), BigInt((field[0] as number) & 0x7f)))
}

const textOf = (field: Buffer): string => {
  const end = field.indexOf(0)
  return field.subarray(0, end < 0 ? field.length : end).toString('utf8')
}

function checkSum(header: Buffer, name: string): void {
  const sum = header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 0x20 : byte), 0)
  if (numberAt(header, 148, 8) !== sum) throw new ImageError(`${name}: not a tar archive, or a damaged one`)
}

/** Takes bytes from a stream in the pieces that are asked for. */
class Bytes {
  readonly #source: AsyncIterator<Buffer>
  readonly #name: string
  #rest: Buffer = Buffer.alloc(0)

  constructor(source: AsyncIterable<Buffer>, name: string) {
    this.#source = source[Symbol.asyncIterator]()
    this.#name = name
  }

  /** At most `count` bytes: all of them unless the stream ends (`whole`), or those that are there. */
  async upTo(count: number, whole = true): Promise<Buffer> {
    while (this.#rest.length < (whole ? count : Math.min(count, 1))) {
      const next = await this.#source.next()
      if (next.done === true) break
      this.#rest = this.#rest.length === 0 ? next.value : Buffer.concat([this.#rest, next.value])
    }
    const part = this.#rest.subarray(0, count)
    this.#rest = this.#rest.subarray(part.length)
    return part
  }

  async exactly(count: number): Promise<Buffer> {
    const part = await this.upTo(count)
    if (part.length < count) throw new ImageError(`${this.#name}: the archive is cut short`)
    return part
  }

  async drain(): Promise<void> {
    while ((await this.upTo(1 << 20, false)).length > 0);
  }

  async skip(count: number): Promise<void> {
    for (let left = count; left > 0;) {
      const part = await this.upTo(left, false)
      if (part.length === 0) throw new ImageError(`${this.#name}: the archive is cut short`)
      left -= part.length
    }
  }
}
