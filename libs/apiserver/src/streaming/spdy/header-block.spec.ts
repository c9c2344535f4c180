import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { constants, createDeflate, createInflate } from 'node:zlib'
import { headerDictionary } from './dictionary.ts'
import { HeaderReader, type Headers, HeaderWriter } from './header-block.ts'
import { SpdyError } from './spdy-error.ts'

const headers = fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/), fc.string({ maxLength: 80 }), { maxKeys: 8 })

const number = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** A block before compression, as client-go writes it. */
function plain(pairs: readonly (readonly [string, string])[]): Buffer {
  const texts = pairs.flat().map((text) => Buffer.from(text))
  return Buffer.concat([number(pairs.length), ...texts.flatMap((text) => [number(text.length), text])])
}

/** Compresses block after block with one window and the dictionary, as client-go does. */
function compressor(): (block: Buffer) => Promise<Buffer> {
  const deflate = createDeflate({ dictionary: headerDictionary, level: 9 })
  return async (block) => {
    deflate.write(block)
    await new Promise<void>((resolve) => deflate.flush(constants.Z_SYNC_FLUSH, resolve))
    return deflate.read() as Buffer
  }
}

describe('header blocks', () => {
  it('have the dictionary of the protocol', () => {
    let [low, high] = [1, 0]
    for (const byte of headerDictionary) {
      low = (low + byte) % 65_521
      high = (high + low) % 65_521
    }
    expect([headerDictionary.length, ((high << 16) | low) >>> 0]).toEqual([1423, 0xe3c6a7c2])
  })

  it('are read from one compressed stream, block after block', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(headers, { minLength: 1, maxLength: 5 }), async (blocks) => {
        const compress = compressor()
        const reader = new HeaderReader()
        for (const block of blocks) {
          const pairs = Object.entries(block)
          expect([...(await reader.read(await compress(plain(pairs))))]).toEqual(pairs)
        }
        reader.close()
      }),
      { numRuns: 50 }
    )
  })

  it('are written so that an inflater with or without the dictionary gives out each at once', async () => {
    const writer = new HeaderWriter()
    const inflate = createInflate({ dictionary: headerDictionary })
    for (const block of [new Map([['port', '80']]), new Map(), new Map([['streamtype', 'data']])] as Headers[]) {
      await new Promise<void>((resolve) => inflate.write(writer.block(block), () => resolve()))
      expect(inflate.read()).toEqual(plain([...block]))
    }
    inflate.destroy()
  })

  it.each([
    ['no compressed bytes', Buffer.from('plain text'), 'a header block cannot be inflated: incorrect header check'],
    ['a length beyond the block', () => Buffer.concat([number(1), number(9), Buffer.from('ab')]), 'a header is longer than its block'],
    ['more pairs than there are', () => number(7), 'a header block ends in the middle of a length'],
    ['a name in capitals', () => plain([['Port', '80']]), 'header name "Port" is not lower-case'],
    [
      'one name twice',
      () =>
        plain([
          ['port', '80'],
          ['port', '81']
        ]),
      'header "port" comes twice'
    ],
    ['something behind', () => Buffer.concat([plain([]), Buffer.from('x')]), 'a header block is longer than its headers'],
    ['a few bytes that become many', () => Buffer.alloc(300_000), 'headers are larger than 64 KiB']
  ])('are refused with %s', async (_, block, message) => {
    const bytes = Buffer.isBuffer(block) ? block : await compressor()(block())
    const reader = new HeaderReader()
    await expect(reader.read(bytes)).rejects.toThrow(message)
    reader.close()
  })

  it('of any bytes end in headers or in a refusal', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const reader = new HeaderReader()
        await reader.read(await compressor()(Buffer.from(bytes))).catch((error: unknown) => expect(error).toBeInstanceOf(SpdyError))
        reader.close()
      }),
      { numRuns: 50 }
    )
  })
})
