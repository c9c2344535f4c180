import { describe, expect, it } from '@jest/globals'
import { createHash } from 'node:crypto'
import { crc32 as zlibCrc32 } from 'node:zlib'
import { adler32 } from './adler32.ts'
import { crc32 } from './crc32.ts'
import { fnv32a, fnv64a } from './fnv.ts'
import { md5Hex } from './md5.ts'

const texts = ['', 'a', 'message digest', 'x'.repeat(55), 'y'.repeat(56), 'z'.repeat(64), 'äß€😀', 'w'.repeat(1000)]

describe('hashes written by hand', () => {
  it.each(texts)('md5 of %j is what OpenSSL says', (text) => {
    expect(md5Hex(text)).toBe(createHash('md5').update(text).digest('hex'))
  })

  it.each(texts)('crc32 of %j is what zlib says', (text) => {
    expect(crc32(text)).toBe(zlibCrc32(text))
  })

  it('adler32 follows the vectors of the reference', () => {
    expect(adler32('blue')).toBe(69140905)
    expect(adler32('current')).toBe(200999684)
  })

  it('fnv-1a follows the published vectors', () => {
    expect(fnv32a('')).toBe(0x811c9dc5)
    expect(fnv32a('foobar')).toBe(0xbf9cf968)
    expect(fnv64a('')).toBe(0xcbf29ce484222325n)
    expect(fnv64a('foobar')).toBe(0x85944171f73967e8n)
  })
})
