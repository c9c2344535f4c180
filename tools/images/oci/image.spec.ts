/** Manifests, indexes and the tar around them, read back by the image store of standalone. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type ImageIndex, type Manifest, openImageStore, parseImageReference } from '@knative-ts/kubelet'
import { Cache, sha256 } from '../cache.ts'
import { fileOf } from '../entry.ts'
import { layerOf } from '../layer.ts'
import { ownArchitecture } from '../architecture.ts'
import { summaryOf } from '../summary.ts'
import { blobsOf, type ConfigurationWithLabels, type Image, imageOf, platformImage } from './image.ts'
import { writeLayout, writeLayouts } from './layout.ts'

const labels = { 'org.opencontainers.image.title': 'test' }

async function build(cache: Cache): Promise<Image> {
  const platforms = []
  for (const architecture of ['amd64', 'arm64'] as const) {
    const layers = [
      await layerOf([fileOf('base', architecture)], 0, 'base', cache),
      await layerOf([fileOf('app', 'same')], 0, 'app', cache)
    ]
    platforms.push(platformImage({ architecture, layers, labels, env: ['PATH=/bin'], created: '2026-09-21T14:13:20Z' }, labels, cache))
  }
  return imageOf('test', platforms, labels, cache)
}

describe('an image', () => {
  let directory: string
  let cache: Cache
  let image: Image
  const json = <T>(digest: string): T => JSON.parse(cache.bytesOf(digest).toString('utf8')) as T

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'image-'))
    cache = new Cache(join(directory, 'cache'))
    image = await build(cache)
  })
  afterAll(() => rmSync(directory, { recursive: true }))

  it('is one index with a manifest for each architecture', () => {
    const index = json<ImageIndex>(image.index.digest)
    expect(index).toMatchObject({ schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json' })
    expect(index.manifests.map(({ platform }) => platform)).toEqual([
      { architecture: 'amd64', os: 'linux' },
      { architecture: 'arm64', os: 'linux' }
    ])
    for (const { digest, size } of index.manifests) {
      const bytes = cache.bytesOf(digest)
      expect([sha256(bytes), bytes.length]).toEqual([digest, size])
      const { config, layers } = json<Manifest>(digest)
      expect(layers).toHaveLength(2)
      expect(json<ConfigurationWithLabels>(config.digest)).toMatchObject({
        config: { User: '65532:65532', Labels: labels, Env: ['PATH=/bin'], WorkingDir: '/app' },
        history: [{ comment: 'base' }, { comment: 'app' }]
      })
    }
  })

  it('is the same a second time', async () => {
    expect((await build(new Cache(join(directory, 'other')))).index).toEqual(image.index)
  })

  it('names every blob once, and after what it leads to', () => {
    const digests = blobsOf(image).map(({ digest }) => digest)
    expect(new Set(digests).size).toBe(digests.length)
    // Two layers of its own, the layer that both share, two configurations, two manifests, the index.
    expect(digests).toHaveLength(8)
    for (const { manifest, layers, config } of image.platforms)
      for (const { digest } of [config, ...layers.map(({ descriptor }) => descriptor)])
        expect(digests.indexOf(digest)).toBeLessThan(digests.indexOf(manifest.digest))
    expect(digests.at(-1)).toBe(image.index.digest)
  })

  it('is loaded from its tar by the image store, for this machine', async () => {
    const file = join(directory, 'test.tar')
    await writeLayout(image, 'registry.example.com/test:v1', file, 0, cache)
    const opened = openImageStore(join(directory, 'store'))
    try {
      const [loaded] = await opened.store.load(file)
      const mine = image.platforms.find(({ architecture }) => architecture === ownArchitecture)
      expect(loaded).toMatchObject({ name: 'registry.example.com/test:v1', digest: mine?.manifest.digest })
      const found = opened.store.find(
        parseImageReference('registry.example.com/test:v1') as NonNullable<ReturnType<typeof parseImageReference>>
      )
      expect(found?.configuration.config?.Entrypoint).toEqual(['/usr/local/bin/node', '/app/main.mjs'])
    } finally {
      opened.close()
    }
  })

  it('is loaded from an archive of several, each by its name', async () => {
    const file = join(directory, 'several.tar')
    const names = ['registry.example.com/one:v1', 'registry.example.com/two:v1']
    await writeLayouts(
      names.map((name) => ({ image, name })),
      file,
      0,
      cache
    )
    const opened = openImageStore(join(directory, 'store-of-several'))
    try {
      expect((await opened.store.load(file)).map(({ name }) => name)).toEqual(names)
    } finally {
      opened.close()
    }
  })

  it('is summed up with its size, and with what nobody has run', () => {
    const [amd64, arm64, note] = summaryOf([image])
    expect(amd64).toMatch(/^test {2}amd64 +0\.0 MB compressed, 0\.0 MB of it not shared {2}sha256:[0-9a-f]{12}$/)
    expect(arm64).toMatch(/^test {2}arm64 /)
    expect(note).toBe(
      ownArchitecture === 'amd64' ? 'arm64: built, not run: this machine is amd64' : 'amd64: built, not run: this machine is arm64'
    )
  })
})
