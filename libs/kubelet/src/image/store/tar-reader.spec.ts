import { describe, expect, it } from '@jest/globals'
import { readTar } from './tar-reader.ts'
import { tar } from '../../testing/tar-writer.ts'
import fc from 'fast-check'

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function membersOf(bytes: Buffer, size = 1000, bodies = true) {
  const found: { path: string; type: string; body: string }[] = []
  for await (const entry of readTar(pieces(bytes, size), 'a.tar')) {
    const parts: Buffer[] = []
    if (bodies) for await (const part of entry.body()) parts.push(part)
    found.push({ path: entry.path, type: entry.type, body: Buffer.concat(parts).toString() })
  }
  return found
}

describe('reading tar archives', () => {
  const archive = tar([
    { path: 'd/', type: '5' },
    { path: 'd/file', content: 'x'.repeat(1500) },
    { path: 'd/empty' },
    { path: `${'n'.repeat(90)}/${'m'.repeat(120)}`, content: 'long' },
    { path: 'l', type: '2', link: 'd/file' }
  ])

  it.each([1, 7, 512, 100_000])('comes to the same in pieces of %d bytes', async (size) => {
    const found = await membersOf(archive, size)
    expect(found.map(({ path, type, body }) => [path.length, type, body.length])).toEqual([
      [2, 'directory', 0],
      [6, 'file', 1500],
      [7, 'file', 0],
      [211, 'file', 4],
      [1, 'symlink', 0]
    ])
  })

  it('finds the next member when a body is left unread', async () => {
    expect((await membersOf(archive, 333, false)).map(({ path }) => path.at(-1))).toEqual(['/', 'e', 'y', 'm', 'l'])
  })

  it('gives extended attributes, owners and times of pax records', async () => {
    const bytes = tar([{ path: 'a', content: 'x', pax: { 'SCHILY.xattr.user.a': 'v', uid: '4000000000', mtime: '12.5' } }])
    for await (const entry of readTar(pieces(bytes, 100), 'a.tar')) {
      expect(entry).toMatchObject({ uid: 4_000_000_000, mtime: 12.5 })
      expect(entry.xattrs.get('user.a')?.toString()).toBe('v')
    }
    expect.assertions(2)
  })

  it('refuses what is cut short, anywhere', async () => {
    for (const length of [100, 513, 1024, 1100, 2000]) await expect(membersOf(archive.subarray(0, length))).rejects.toThrow(/cut short/)
  })

  it('refuses headers that are damaged or too large', async () => {
    const damaged = Buffer.from(archive)
    damaged[3] = 0xff
    await expect(membersOf(damaged)).rejects.toThrow('a.tar: not a tar archive, or a damaged one')
    await expect(membersOf(tar([{ path: 'a', type: 'x' as '0', content: '7 a' }]))).rejects.toThrow('a pax record is damaged')
    await expect(membersOf(tar([{ path: 'a', type: 'x' as '0', content: 'x'.repeat(2 ** 21) }]))).rejects.toThrow(
      'more than an archive may have'
    )
  })

  it('ends on any bytes, with members or an error in words', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(archive.length - 1), fc.nat(255)), { maxLength: 6 }), async (changes) => {
        const changed = Buffer.from(archive)
        for (const [at, value] of changes) changed[at] = value
        await membersOf(changed).catch((error: Error) => expect(error.message).toMatch(/^a\.tar: /))
      }),
      { numRuns: 200 }
    )
  })
})
