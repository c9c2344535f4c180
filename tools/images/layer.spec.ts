/** Reproducibility: what a layer's digest depends on, and what it does not. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { Cache, sha256 } from './cache.ts'
import { directoryOf, type Entry, fileOf, linkOf } from './entry.ts'
import { layerOf } from './layer.ts'

const long = `usr/share/${'a-long-name/'.repeat(20)}file`
const entries: readonly Entry[] = [
  fileOf('usr/local/bin/node', 'binary '.repeat(1000), 0o755),
  fileOf('usr/share/ca-certificates/Főtanúsítvány.crt', 'certificate'),
  fileOf(long, 'far down'),
  linkOf('lib', 'usr/lib'),
  directoryOf('tmp', 0o1777),
  directoryOf('home/nonroot', 0o700, 65_532)
]

describe('a layer', () => {
  const directories: string[] = []
  const cache = (): Cache => {
    const directory = mkdtempSync(join(tmpdir(), 'layer-'))
    directories.push(directory)
    return new Cache(directory)
  }
  let own: Cache

  beforeEach(() => {
    own = cache()
  })
  afterEach(() => {
    for (const directory of directories.splice(0)) rmSync(directory, { recursive: true })
  })

  it('has the same digest in any order, in any cache', async () => {
    const first = await layerOf(entries, 1_790_000_000, 'test', own)
    const second = await layerOf(entries.toReversed(), 1_790_000_000, 'test', cache())
    expect(second).toEqual(first)
    // Fixed for ever: a new version of the tar library that writes other bytes has to be noticed.
    expect(first.diffId).toBe('sha256:acc25f42546d99c9634b7406d7483ad157daefc45c96389c6af292ada6d89254')
  })

  it.each([
    ['a time', entries, 1_790_000_001],
    ['a mode', [...entries, fileOf('usr/local/bin/node', 'binary '.repeat(1000), 0o711)], 1_790_000_000],
    ['a byte', [...entries, fileOf(long, 'far downs')], 1_790_000_000],
    ['an owner', [...entries, directoryOf('home/nonroot', 0o700, 1)], 1_790_000_000]
  ])('has another digest for %s', async (_what, changed, epoch) => {
    const [before, after] = [await layerOf(entries, 1_790_000_000, 'test', own), await layerOf(changed, epoch, 'test', own)]
    expect(after.diffId).not.toBe(before.diffId)
    expect(after.descriptor.digest).not.toBe(before.descriptor.digest)
  })

  it('is a tar with gzip around it that others read, with every name, mode, owner and time', async () => {
    const { descriptor, diffId } = await layerOf(entries, 1_790_000_000, 'test', own)
    const bytes = own.bytesOf(descriptor.digest)
    expect([sha256(bytes), bytes.length]).toEqual([descriptor.digest, descriptor.size])
    expect(sha256(gunzipSync(bytes))).toBe(diffId)
    const listed = execFileSync(
      'tar',
      ['--numeric-owner', '--full-time', '--utc', '--quoting-style=literal', '-tvzf', own.fileOf(descriptor.digest)],
      {
        encoding: 'utf8'
      }
    )
    const lines = listed
      .trimEnd()
      .split('\n')
      .map((line) => line.replace(/ +/g, ' '))
    expect(lines).toContain('drwxrwxrwt 0/0 0 2026-09-21 14:13:20 tmp/')
    expect(lines).toContain('drwx------ 65532/65532 0 2026-09-21 14:13:20 home/nonroot/')
    expect(lines).toContain('-rwxr-xr-x 0/0 7000 2026-09-21 14:13:20 usr/local/bin/node')
    expect(lines).toContain('-rw-r--r-- 0/0 11 2026-09-21 14:13:20 usr/share/ca-certificates/Főtanúsítvány.crt')
    expect(lines).toContain(`-rw-r--r-- 0/0 8 2026-09-21 14:13:20 ${long}`)
    expect(lines).toContain('lrwxrwxrwx 0/0 0 2026-09-21 14:13:20 lib -> usr/lib')
  })

  it('says nothing of this machine in gzip’s header', async () => {
    const { descriptor } = await layerOf(entries, 0, 'test', own)
    expect([...own.bytesOf(descriptor.digest).subarray(0, 10)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255])
  })

  it('is compressed once, and again when the blob in the cache was cut short', async () => {
    const first = await layerOf(entries, 0, 'test', own)
    const file = own.fileOf(first.descriptor.digest)
    const whole = readFileSync(file)
    writeFileSync(file, whole.subarray(0, 100))
    expect(await layerOf(entries, 0, 'test', own)).toEqual(first)
    expect(readFileSync(file).equals(whole)).toBe(true)
    expect(readdirSync(join(own.directory, 'partial'))).toEqual([])
  })
})

describe('the cache', () => {
  it('removes what no build has used for long, and keeps what one has', async () => {
    const own = new Cache(mkdtempSync(join(tmpdir(), 'cache-')))
    try {
      const used = await layerOf(entries, 0, 'test', own)
      const unused = own.put(Buffer.from('unused'))
      const long = new Date('2020-01-01')
      for (const { digest } of [used.descriptor, unused]) utimesSync(own.fileOf(digest), long, long)
      writeFileSync(join(own.directory, 'partial/killed'), '')
      utimesSync(join(own.directory, 'partial/killed'), long, long)
      await layerOf(entries, 0, 'test', own)
      expect(own.sweep(new Date('2021-01-01'))).toEqual([own.fileOf(unused.digest), join(own.directory, 'partial/killed')])
      expect(own.has(used.descriptor.digest)).toBe(true)
      expect(own.has(unused.digest)).toBe(false)
    } finally {
      rmSync(own.directory, { recursive: true })
    }
  })
})

describe('the cache’s downloads', () => {
  let own: Cache
  beforeEach(() => {
    own = new Cache(mkdtempSync(join(tmpdir(), 'cache-')))
  })
  afterEach(() => rmSync(own.directory, { recursive: true }))
  const wanted = sha256(Buffer.from('right'))
  const fetching = (text: string) => (file: string) => Promise.resolve(writeFileSync(file, text))
  const never = (): Promise<void> => Promise.reject(new Error('fetched again'))

  it('are fetched once', async () => {
    const file = await own.download('x', wanted, fetching('right'))
    expect(await own.download('x', wanted, never)).toBe(file)
  })

  it('are not kept with another digest, and not believed when they changed on disk', async () => {
    await expect(own.download('x', wanted, fetching('wrong'))).rejects.toThrow(`what came has digest ${sha256(Buffer.from('wrong'))}`)
    const file = await own.download('x', wanted, fetching('right'))
    writeFileSync(file, 'wrong')
    await expect(own.download('x', wanted, never)).rejects.toThrow('fetched again')
    expect(existsSync(file)).toBe(true)
  })
})
