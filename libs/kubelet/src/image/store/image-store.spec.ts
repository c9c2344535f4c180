import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { spawn } from 'node:child_process'
import { existsSync, lstatSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { canTest, eventually, notRoot, notX64Linux } from '@knative-ts/testing'
import { dockerArchive, type ImageToArchive, ociArchive } from '../../testing/image-archive.ts'
import { type Member, tar } from '../../testing/tar-writer.ts'
import { parseImageReference } from '@knative-ts/registry'
import { openLayer, textIn } from './layer-tree.ts'
import { type OpenImageStore, openImageStore } from './open-image-store.ts'

const unpacks = canTest('unpacking of layers', notRoot() ?? notX64Linux())
const other = process.arch === 'arm64' ? 'amd64' : 'arm64'

describe('the image store', () => {
  let directory: string
  let opened: OpenImageStore

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'image-store-'))
    opened = openImageStore(join(directory, 'store'))
  })
  afterEach(() => {
    opened.close()
    rmSync(directory, { recursive: true })
  })

  const load = (archive: Buffer, name?: string) => {
    const file = join(directory, 'image.tar')
    writeFileSync(file, archive)
    return opened.store.load(file, name)
  }
  const image = (name: string, content = 'x', more: Partial<ImageToArchive> = {}): ImageToArchive => ({
    name,
    layers: [[{ path: 'file', content }]],
    ...more
  })
  const find = (name: string) => opened.store.find(parseImageReference(name) as NonNullable<ReturnType<typeof parseImageReference>>)
  const names = (): string[] => opened.store.list().map((each) => each.name)

  it.each(['none', 'gzip', 'zstd'] as const)('takes OCI layouts with layers compressed by %s', async (compression) => {
    const [stored] = await load(ociArchive([image('example.com/a/b:1')], { compression }))
    expect(stored?.name).toBe('example.com/a/b:1')
    expect(find('example.com/a/b:1')?.id).toBe(`example.com/a/b@${stored?.digest}`)
    expect(find(`example.com/a/b@${stored?.digest}`)?.digest).toBe(stored?.digest)
    expect(find(`example.com/a/b:9@${stored?.digest}`)?.digest).toBe(stored?.digest)
    expect(find(`example.com/a@${stored?.digest}`)).toBeUndefined()
    expect(find('example.com/a/b:2')).toBeUndefined()
  })

  it('takes what docker save writes, and completes names as Docker does', async () => {
    await load(dockerArchive(image('nginx:1.27', 'x', { config: { Cmd: ['nginx'] } })))
    expect(names()).toEqual(['docker.io/library/nginx:1.27'])
    expect(find('nginx:1.27')?.configuration.config?.Cmd).toEqual(['nginx'])
    await load(dockerArchive(image('someone/tool')))
    expect(find('docker.io/someone/tool:latest')?.digest).toBe(find('someone/tool')?.digest)
  })

  it('takes the manifest of this machine out of an index of several', async () => {
    const both = [image('', 'theirs', { architecture: other }), image('', 'ours')]
    await load(ociArchive(both, { index: 'example.com/multi:1' }))
    expect(find('example.com/multi:1')?.configuration.architecture).not.toBe(other)
    const only = ociArchive([image('', 'theirs', { architecture: other })], { index: 'example.com/other:1' })
    await expect(load(only)).rejects.toThrow(/holds no image for linux\/.*: build one for this machine/)
  })

  it('wants a name for an archive that has none', async () => {
    await expect(load(ociArchive([image('')]))).rejects.toThrow('does not say what its image is called: give it a name with --name NAME')
    await load(ociArchive([image('')]), 'example.com/named:1')
    expect(names()).toEqual(['example.com/named:1'])
  })

  it.each([
    ['no archive', Buffer.from('x'.repeat(2000)), /not a tar archive/],
    ['one cut short', ociArchive([image('example.com/a:1', 'x'.repeat(5000))]).subarray(0, 3000), /cut short/],
    ['something else', tar([{ path: 'some/file', content: 'x' }]), /holds no image: neither/]
  ])('refuses %s, and stays as it is', async (_, archive, message) => {
    await expect(load(archive)).rejects.toThrow(message)
    expect(names()).toEqual([])
    expect(readdirSync(join(directory, 'store/incoming'))).toEqual([])
  })

  it('refuses a blob that is not what its name says', async () => {
    const archive = ociArchive([image('example.com/a:1', 'find me')], { compression: 'none' })
    archive[archive.indexOf('find me')] = 'F'.charCodeAt(0)
    await expect(load(archive)).rejects.toThrow(/should be sha256:.* and is sha256:.*: it is damaged/)
  })

  it('replaces what a name stood for, and keeps nothing of it when it is removed', async () => {
    await load(ociArchive([image('example.com/a:1', 'old'), image('example.com/b:1', 'old')]))
    await load(ociArchive([image('example.com/a:1', 'new')]))
    expect(find('example.com/a:1')?.digest).not.toBe(find('example.com/b:1')?.digest)
    expect(await opened.store.remove('example.com/a:1')).toBe(true)
    expect(await opened.store.remove('example.com/a:1')).toBe(false)
    expect(names()).toEqual(['example.com/b:1'])
    expect(readdirSync(join(directory, 'store/blobs/sha256')).length).toBe(3)
    await opened.store.remove('example.com/b:1')
    expect(readdirSync(join(directory, 'store/blobs/sha256'))).toEqual([])
  })

  it('takes many at once without losing one', async () => {
    const each = (index: number): Promise<unknown> => {
      const file = join(directory, `${index}.tar`)
      writeFileSync(file, ociArchive([image(`example.com/many:${index}`, String(index))]))
      return opened.store.load(file)
    }
    await Promise.all(Array.from({ length: 12 }, (_, index) => each(index)))
    expect(names().length).toBe(12)
  })

  it('is whole after a load that was killed', async () => {
    const file = join(directory, 'large.tar')
    writeFileSync(file, ociArchive([image('example.com/large:1', 'x'.repeat(20_000_000))], { compression: 'none' }))
    const script = `import { openImageStore } from ${JSON.stringify(fileURLToPath(new URL('open-image-store.ts', import.meta.url)))}
await openImageStore(process.argv[1]).store.load(process.argv[2])`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, join(directory, 'store'), file], { stdio: 'inherit' })
    const gone = new Promise((resolve) => child.once('exit', resolve))
    await eventually(() => readdirSync(join(directory, 'store/incoming')).length > 0, 'the load to be under way')
    child.kill('SIGKILL')
    await gone
    expect(names()).toEqual([])
    await load(ociArchive([image('example.com/small:1')]))
    expect(names()).toEqual(['example.com/small:1'])
    expect(readdirSync(join(directory, 'store/incoming'))).toEqual([])
  })

  it('removes what nobody uses when the disk is nearly full, what was used longest ago first', async () => {
    for (const name of ['a', 'b', 'c', 'd']) await load(ociArchive([image(`example.com/${name}:1`, name)]))
    if (unpacks) await opened.store.layersOf(find('example.com/a:1')?.digest as string)
    const inUse = new Set([find('example.com/b:1')?.digest as string])
    let used = 90
    expect(await opened.store.collect(inUse, 85, 80, () => (used -= 3))).toEqual(
      unpacks ? ['example.com/c:1', 'example.com/d:1'] : ['example.com/a:1', 'example.com/c:1']
    )
    expect(await opened.store.collect(inUse, 85, 80, () => 84)).toEqual([])
    expect(names()).toContain('example.com/b:1')
    if (!unpacks) return
    // Used a moment ago, it may be about to be used again.
    expect(await opened.store.collect(inUse, 85, 80, () => 90)).toEqual([])
    expect(await opened.store.collect(inUse, 85, 80, () => 90, Date.now() + 120_000)).toEqual(['example.com/a:1'])
  })

  ;(unpacks ? describe : describe.skip)('unpacked', () => {
    const unpacked = async (...layers: Member[][]): Promise<{ roots: string[]; text: (path: string) => string }> => {
      const [stored] = await load(ociArchive([{ name: 'example.com/tree:1', layers }]))
      const layerNames = await opened.store.layersOf(stored?.digest as string)
      const roots = layerNames.map((name) => join(directory, 'store/layers', name))
      return { roots, text: (path) => textIn(roots.map(openLayer), path) }
    }

    it('keeps modes, owners, times, links, devices and attributes', async () => {
      const { roots } = await unpacked([
        { path: 'bin/', type: '5', mode: 0o711, uid: 3, gid: 4 },
        { path: 'bin/tool', content: 'tool', mode: 0o4755, uid: 7, gid: 8, pax: { 'SCHILY.xattr.user.kind': 'tool' } },
        { path: 'bin/same', type: '1', link: 'bin/tool' },
        { path: 'bin/link', type: '2', link: '/etc/shadow' },
        { path: 'dev/zero', type: '3', mode: 0o666, major: 1, minor: 5 },
        { path: 'dev/disk', type: '4', mode: 0o660, major: 259, minor: 300, gid: 6 },
        { path: 'run/pipe', type: '6', mode: 0o600 },
        { path: `${'long/'.repeat(40)}name`, content: 'deep' }
      ])
      const at = (path: string) => lstatSync(join(roots[0] as string, path))
      expect(at('bin')).toMatchObject({ uid: 3, gid: 4 })
      expect(at('bin').mode & 0o7777).toBe(0o711)
      expect(at('bin/tool')).toMatchObject({ uid: 7, gid: 8, nlink: 2, mtimeMs: 1_700_000_000_000 })
      expect(at('bin/tool').mode & 0o7777).toBe(0o4755)
      expect(at('bin/same').ino).toBe(at('bin/tool').ino)
      expect(readlinkSync(join(roots[0] as string, 'bin/link'))).toBe('/etc/shadow')
      expect(at('dev/zero').isCharacterDevice()).toBe(true)
      expect(at('dev/zero').rdev).toBe(0x105)
      expect(at('dev/disk').rdev).toBe((259 << 8) | (300 & 0xff) | ((300 & ~0xff) << 12))
      expect(at('run/pipe').isFIFO()).toBe(true)
      expect(readFileSync(join(roots[0] as string, `${'long/'.repeat(40)}name`), 'utf8')).toBe('deep')
    })

    it('hides what higher layers remove, file by file and directory by directory', async () => {
      const { roots, text } = await unpacked(
        [
          { path: 'etc/a', content: 'a' },
          { path: 'etc/b', content: 'b' },
          { path: 'var/lib/old', content: 'old' },
          { path: 'passwd', type: '2', link: 'etc/a' }
        ],
        [
          { path: 'etc/.wh.a' },
          { path: 'etc/c', content: 'c' },
          { path: 'var/lib/.wh..wh..opq' },
          { path: 'var/lib/new', content: 'new' },
          { path: '.wh..wh.plnk/1', content: 'bookkeeping' }
        ]
      )
      expect(['etc/a', 'etc/b', 'etc/c', 'var/lib/old', 'var/lib/new', 'passwd'].map(text)).toEqual(['', 'b', 'c', '', 'new', ''])
      expect(lstatSync(join(roots[0] as string, 'etc/a')).rdev).toBe(0)
      expect(existsSync(join(roots[0] as string, '.wh..wh.plnk'))).toBe(false)
    })

    it('follows links of lower layers inside the image, and keeps what directories there are like', async () => {
      const { roots, text } = await unpacked(
        [
          { path: 'usr/lib/', type: '5', mode: 0o750, gid: 9 },
          { path: 'lib', type: '2', link: '/usr/lib' },
          { path: 'up', type: '2', link: '../../../../../../usr' }
        ],
        [
          { path: 'lib/a', content: 'a' },
          { path: 'up/b', content: 'b' }
        ]
      )
      expect([text('usr/lib/a'), text('lib/a'), text('usr/b')]).toEqual(['a', 'a', 'b'])
      expect(existsSync(join(roots[0] as string, 'lib'))).toBe(false)
      expect(lstatSync(join(roots[0] as string, 'usr/lib'))).toMatchObject({ gid: 9 })
      expect(lstatSync(join(roots[0] as string, 'usr/lib')).mode & 0o777).toBe(0o750)
    })

    it('stays inside, whatever the links of the layer itself say', async () => {
      const { roots } = await unpacked([
        { path: 'out', type: '2', link: directory },
        { path: 'out/escaped', content: 'x' },
        { path: 'abs', type: '2', link: '/' },
        { path: 'abs/inside', content: 'y' }
      ])
      expect(existsSync(join(directory, 'escaped'))).toBe(false)
      expect(readFileSync(join(roots[0] as string, 'inside'), 'utf8')).toBe('y')
    })

    it.each([
      ['a path that climbs', [{ path: '../../evil', content: 'x' }], /refused, because the path "..\/..\/evil" leads out of the image/],
      ['one that climbs in the middle', [{ path: 'a/../../evil', content: 'x' }], /leads out of the image/],
      ['a hard link that climbs', [{ path: 'a', type: '1', link: '../../../etc/passwd' }], /leads out of the image/],
      ['a hard link to nothing', [{ path: 'a', type: '1', link: 'b' }], /hard link to b, which is not there/],
      [
        'a circle of links',
        [
          { path: 'a', type: '2', link: 'b' },
          { path: 'b', type: '2', link: 'a' },
          { path: 'a/x', content: 'x' }
        ],
        /form a circle/
      ]
    ] as [string, Member[], RegExp][])('refuses %s', async (_, members, message) => {
      await expect(unpacked(members)).rejects.toThrow(message)
      expect(names()).toEqual([])
      expect(readdirSync(join(directory, 'store/layers'))).toEqual([])
    })

    it('unpacks what images share once', async () => {
      const base: Member[] = [{ path: 'base', content: 'base' }]
      const two = [
        { name: 'example.com/one:1', layers: [base, [{ path: 'one', content: '1' }]] },
        { name: 'example.com/two:1', layers: [base, [{ path: 'two', content: '2' }]] }
      ]
      await load(ociArchive(two))
      expect(readdirSync(join(directory, 'store/layers')).length).toBe(3)
      await opened.store.remove('example.com/one:1')
      expect(readdirSync(join(directory, 'store/layers')).length).toBe(2)
    })
  })
})
