/** Mirrors, packages, and what is said when one cannot be had. */
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { itWhere, withoutCommand } from '@knative-ts/testing/prerequisites'
import { Cache } from '../cache.ts'
import { addressOf, fetchPackage } from './fetch-package.ts'
import { mirrorsAmong } from './mirrors.ts'
import { openPackage } from './package-entries.ts'
import { parsePackage } from './update-lock.ts'

const mirrors = { debian: 'http://127.0.0.1:9/debian', 'debian-security': 'http://127.0.0.1:9/debian-security' }
const locked = {
  name: 'libstdc++6',
  version: '14',
  archive: 'debian',
  path: 'pool/libstdc++6_14_amd64.deb',
  size: 5,
  sha256: 'a'.repeat(64)
} as const

describe('mirrors', () => {
  it.each([
    [['https://a/debian/', 'https://a/debian-security'], { debian: 'https://a/debian', 'debian-security': 'https://a/debian-security' }],
    [
      ['http://third.party/apt', 'http://m/x/debian-security', 'http://m/x/debian'],
      { debian: 'http://m/x/debian', 'debian-security': 'http://m/x/debian-security' }
    ],
    [
      ['http://s/archive/debian/20261101T000000Z', 'http://s/archive/debian-security/20261101T000000Z'],
      { debian: 'http://s/archive/debian/20261101T000000Z', 'debian-security': 'http://s/archive/debian-security/20261101T000000Z' }
    ],
    [['https://a/debian'], undefined],
    [['https://archive.example.com/ubuntu', 'https://a/debian-security'], undefined]
  ])('among %j', (roots, found) => {
    expect(mirrorsAmong(roots)).toEqual(found)
  })

  it('are asked with what versions have in them escaped', () => {
    expect(addressOf(locked, mirrors)).toBe('http://127.0.0.1:9/debian/pool/libstdc%2B%2B6_14_amd64.deb')
  })
})

describe('a package of an index', () => {
  const text = 'Package: tzdata\nVersion: 2026c-0+deb13u1\nFilename: pool/main/t/tzdata/tzdata_2026c-0+deb13u1_all.deb\nSize: 7\nSHA256: ff'
  const addressIn = (archive: string): string =>
    `'http://127.0.0.1:9/${archive}/pool/main/t/tzdata/tzdata_2026c-0%2bdeb13u1_all.deb' tzdata.deb 7 SHA256:ff\n`

  it.each(['debian', 'debian-security'])('comes from %s', (archive) => {
    expect(parsePackage(text, addressIn(archive), mirrors)).toEqual({
      name: 'tzdata',
      version: '2026c-0+deb13u1',
      archive,
      path: 'pool/main/t/tzdata/tzdata_2026c-0+deb13u1_all.deb',
      size: 7,
      sha256: 'ff'
    })
  })

  it('is refused when it comes from elsewhere, or has no digest', () => {
    expect(() => parsePackage(text, addressIn('other'), mirrors)).toThrow(
      'apt would take pool/main/t/tzdata/tzdata_2026c-0+deb13u1_all.deb from neither'
    )
    expect(() => parsePackage(text.replace(/\nSHA256.*/, ''), addressIn('debian'), mirrors)).toThrow('apt shows a package without SHA256')
  })
})

describe('a package', () => {
  let directory: string
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'package-'))
  })
  afterAll(() => rmSync(directory, { recursive: true }))

  it('that no mirror has ends in a sentence that says what to do', async () => {
    const fetching = fetchPackage(locked, () => Promise.resolve(mirrors), new Cache(join(directory, 'cache')))
    await expect(fetching).rejects.toThrow(
      /^http:\/\/127\.0\.0\.1:9\/debian\/pool\/libstdc%2B%2B6_14_amd64\.deb cannot be fetched: [^]*`npm run images -- --update`/
    )
  }, 60_000)

  itWhere('unpacking a package', withoutCommand('dpkg-deb', 'dpkg'))(
    'is unpacked without what nobody reads, and without what would be root',
    async () => {
      const tree = join(directory, 'tree')
      const put = (path: string, text: string): string => {
        mkdirSync(join(tree, path, '..'), { recursive: true })
        writeFileSync(join(tree, path), text, { mode: 0o644 })
        return join(tree, path)
      }
      put('DEBIAN/control', 'Package: test\nVersion: 1\nArchitecture: all\nMaintainer: nobody <nobody@example.com>\nDescription: test\n')
      put('DEBIAN/md5sums', 'sums\n')
      put('usr/share/doc/test/copyright', 'licence')
      put('usr/share/doc/test/changelog.gz', 'history')
      put('usr/share/man/man1/test.1', 'manual')
      put('usr/lib/x86_64-linux-gnu/gconv/X.so', 'characters')
      chmodSync(put('usr/lib/test', 'library'), 0o4755)
      symlinkSync('test', join(tree, 'usr/lib/link'))
      for (const each of ['', 'usr', 'usr/lib', 'usr/share', 'usr/share/doc', 'usr/share/doc/test', 'DEBIAN'])
        chmodSync(join(tree, each), 0o755)
      const file = join(directory, 'test.deb')
      execFileSync('dpkg-deb', ['--root-owner-group', '--build', tree, file])
      const { entries, control, md5sums } = await openPackage(file)
      expect(control.toString()).toContain('Package: test\n')
      expect(md5sums?.toString()).toBe('sums\n')
      const named = entries.filter(({ type }) => type !== 'directory').toSorted((a, b) => (a.path < b.path ? -1 : 1))
      expect(named).toEqual([
        { type: 'symlink', path: 'usr/lib/link', target: 'test' },
        { type: 'file', path: 'usr/lib/test', mode: 0o755, owner: 0, content: Buffer.from('library') },
        { type: 'file', path: 'usr/share/doc/test/copyright', mode: 0o644, owner: 0, content: Buffer.from('licence') }
      ])
    }
  )
})
