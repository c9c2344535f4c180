import { Readable } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'

const zstdMagic = 0xfd2fb528

/** The stream, decompressed if it begins as gzip or zstd does. What a media type says is not needed, and not always true. */
export async function* decompressed(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const iterator = source[Symbol.asyncIterator]()
  let head = Buffer.alloc(0)
  let ended = false
  while (head.length < 4 && !ended) {
    const next = await iterator.next()
    if (next.done === true) ended = true
    else head = Buffer.concat([head, next.value])
  }
  async function* whole(): AsyncGenerator<Buffer> {
    if (head.length > 0) yield head
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value
  }
  const isGzip = head.length >= 2 && head.readUInt16BE(0) === 0x1f8b
  const isZstd = head.length >= 4 && head.readUInt32LE(0) === zstdMagic
  if (!isGzip && !isZstd) return yield* whole()
  const input = Readable.from(whole(), { objectMode: false })
  const output = isGzip ? createGunzip() : createZstdDecompress()
  input.on('error', (error) => output.destroy(error))
  yield* input.pipe(output) as AsyncIterable<Buffer>
}
