/** Pulls into a store, from a registry on loopback; docker-registry itself is pulled from in e2e/images-oci. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '@knative-ts/testing'
import { type ImageReference, Keychain, parseImageReference, registryAccess, RegistryClient } from '@knative-ts/registry'
import { imageRegistry, type ImageRegistry } from '../../testing/image-registry.ts'
import { type OpenImageStore, openImageStore } from '../store/open-image-store.ts'
import { ImagePuller, type PulledImage } from './image-puller.ts'

const other = process.arch === 'arm64' ? 'amd64' : 'arm64'
const bytes = (size: number): Buffer => randomBytes(size)

describe('pulling', () => {
  let directory: string
  let opened: OpenImageStore
  let registry: ImageRegistry
  let registries: RegistryClient
  let puller: ImagePuller
  const stopping = new AbortController()

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'puller-'))
    opened = openImageStore(join(directory, 'store'))
    registry = await imageRegistry()
    registries = new RegistryClient(registryAccess({}), { waitsMs: [1, 1], wait: () => Promise.resolve() })
    puller = new ImagePuller(opened.store, registries, stopping.signal)
  })
  afterEach(async () => {
    await registries.close()
    await registry.close()
    opened.close()
    rmSync(directory, { recursive: true })
  })

  const reference = (name: string): ImageReference => parseImageReference(`${registry.host}/${name}`) as ImageReference
  const pull = (name: string, keychain = Keychain.empty): Promise<PulledImage> => puller.pull(reference(name), keychain)
  const blobsAsked = (): string[] => registry.asked.filter((each) => each.includes('/blobs/'))
  const as = (password: string): Keychain =>
    new Keychain([{ location: registry.host, credentials: { kind: 'password', username: 'me', password, origin: 'secret "s"' } }])

  it('brings an image that pods find by its tag and by its digest', async () => {
    const digest = registry.push('team/app:v1', [{ layers: [[{ path: 'file', content: 'x' }]], config: { Cmd: ['run'] } }])
    const { image } = await pull('team/app:v1')
    expect(image).toMatchObject({
      digest,
      id: `${registry.host}/team/app@${digest}`,
      pulled: digest,
      configuration: { config: { Cmd: ['run'] } }
    })
    expect(opened.store.find(reference(`team/app@${digest}`))?.digest).toBe(digest)
    expect(opened.store.list().map(({ name }) => name)).toEqual([`${registry.host}/team/app:v1`])
    expect(opened.store.find(reference('team/app:v2'))).toBeUndefined()
  })

  it('takes the image of this machine out of an index, and calls it by the digest of the index', async () => {
    const layers = [[{ path: 'file', content: 'x' }]]
    const index = registry.push('app:v1', [{ layers, architecture: other }, { layers }])
    const { image } = await pull(`app@${index}`)
    expect(image.configuration.architecture).not.toBe(other)
    expect(image.id).toBe(`${registry.host}/app@${index}`)
    expect(image.digest).not.toBe(index)
    expect(opened.store.find(reference(`app:any@${index}`))?.digest).toBe(image.digest)
  })

  it.each([
    [
      'an index',
      [other, 's390x'],
      `no match for platform in manifest: it has images for linux/${other}, linux/s390x, and this node is linux/`
    ],
    ['one image', [other], `the image is for linux/${other}, and this node is linux/`]
  ])('says that there is no image for this machine: %s', async (_, architectures, message) => {
    registry.push(
      'app:v1',
      architectures.map((architecture) => ({ layers: [[{ path: 'big', content: bytes(100_000) }]], architecture }))
    )
    await expect(pull('app:v1')).rejects.toMatchObject({ problem: 'platform', message: expect.stringContaining(message) })
    // What cannot run is not brought here.
    expect(blobsAsked().length).toBe(architectures.length === 1 ? 1 : 0)
  })

  it('brings a layer that two images have once, also at the same time', async () => {
    const base = [{ path: 'base', content: bytes(300_000) }]
    registry.push('one:v1', [{ layers: [base, [{ path: 'one', content: '1' }]] }])
    registry.push('two:v1', [{ layers: [base, [{ path: 'two', content: '2' }]] }])
    await Promise.all([pull('one:v1'), pull('two:v1')])
    const asked = blobsAsked().map((each) => each.slice(each.lastIndexOf('/')))
    // Two configurations, two layers, and the one that they share.
    expect([asked.length, new Set(asked).size]).toEqual([5, 5])
  })

  it('brings one image once for many', async () => {
    registry.push('app:v1', [{ layers: [[{ path: 'file', content: 'x' }]] }])
    const all = await Promise.all(Array.from({ length: 10 }, () => pull('app:v1')))
    expect(new Set(all.map(({ image }) => image.digest)).size).toBe(1)
    expect(blobsAsked()).toHaveLength(2)
  })

  it('has no more than three blobs on the way', async () => {
    const layers = Array.from({ length: 8 }, (_, index) => [{ path: `file-${index}`, content: bytes(1_000) }])
    registry.push('app:v1', [{ layers }])
    const held: (() => void)[] = []
    let most = 0
    let asked = 0
    registry.meddle = (request, response) => {
      // The configuration comes alone, before the layers.
      if (!request.url?.includes('/blobs/') || asked++ === 0) return false
      held.push(() => response.end(contentOf(registry, request.url ?? '')))
      most = Math.max(most, held.length)
      if (held.length === 3 || asked === 1 + layers.length) for (const release of held.splice(0)) release()
      return true
    }
    await pull('app:v1')
    expect(most).toBe(3)
  })

  it('brings nothing of an image that is here as the registry has it, and what is new of one that has changed', async () => {
    const base = [{ path: 'base', content: bytes(1_000) }]
    const first = registry.push('app:latest', [{ layers: [base] }])
    await pull('app:latest')
    const before = registry.asked.length
    await pull('app:latest')
    expect(registry.asked.slice(before)).toEqual(['HEAD /v2/app/manifests/latest'])
    const second = registry.push('app:latest', [{ layers: [base, [{ path: 'new', content: 'new' }]] }])
    const blobs = blobsAsked().length
    expect((await pull('app:latest')).image.pulled).toBe(second)
    expect(blobsAsked().length - blobs).toBe(2)
    // Containers may still run from what had the name.
    expect(opened.store.find(reference(`app@${first}`))?.digest).toBe(first)
  })

  it('goes on with a layer where a connection broke, and in a new life where a pull that failed has left off', async () => {
    const content = bytes(2_000_000)
    registry.push('app:v1', [{ layers: [[{ path: 'big', content }]] }])
    let layer = ''
    const ranges: (string | undefined)[] = []
    let broken = true
    registry.meddle = (request, response) => {
      if (!request.url?.includes('/blobs/')) return false
      if (layer === '' && ranges.length === 0) return (ranges.push(undefined), false)
      ranges.push(request.headers.range)
      if (!broken) return false
      layer = request.url
      const blob = contentOf(registry, layer)
      const from = Number(/\d+/.exec(request.headers.range ?? '')?.[0] ?? 0)
      response.writeHead(from === 0 ? 200 : 206, {
        'content-length': blob.length - from,
        ...(from === 0 ? {} : { 'content-range': `bytes ${from}-${blob.length - 1}/${blob.length}` })
      })
      response.write(blob.subarray(from, from + 100_000), () => setImmediate(() => request.socket.destroy()))
      return true
    }
    await expect(pull('app:v1')).rejects.toMatchObject({ problem: 'unreachable' })
    const kept = readdirSync(join(directory, 'store/incoming'))
    expect(kept).toEqual([expect.stringMatching(/^partial-/)])
    const begun = readFileSync(join(directory, 'store/incoming', kept[0] as string)).length
    expect(begun).toBeGreaterThan(0)
    broken = false
    const again = new ImagePuller(opened.store, registries, stopping.signal)
    await again.pull(reference('app:v1'), Keychain.empty)
    expect(ranges.at(-1)).toBe(`bytes=${begun}-`)
    expect(readdirSync(join(directory, 'store/incoming'))).toEqual([])
  })

  it('begins anew where what was left is damaged', async () => {
    registry.push('app:v1', [{ layers: [[{ path: 'big', content: bytes(10_000) }]] }])
    await pull('app:v1')
    const layer = blobsAsked().at(-1)?.slice(-64) as string
    for (const { name } of opened.store.list()) await opened.store.remove(name)
    writeFileSync(join(directory, `store/incoming/partial-${layer}`), 'damaged')
    await pull('app:v1')
    expect(
      blobsAsked()
        .slice(-2)
        .every((each) => each.endsWith(layer))
    ).toBe(true)
  })

  it('refuses a layer that is not what its digest says, and keeps nothing of it', async () => {
    registry.push('app:v1', [{ layers: [[{ path: 'big', content: bytes(10_000) }]] }])
    let asked = 0
    registry.meddle = (request, response) => {
      if (!request.url?.includes('/blobs/') || asked++ === 0) return false
      response.end(Buffer.alloc(contentOf(registry, request.url).length))
      return true
    }
    await expect(pull('app:v1')).rejects.toThrow(/a blob should be sha256:\w+ and is sha256:\w+: it is damaged/)
    expect(readdirSync(join(directory, 'store/incoming'))).toEqual([])
    expect(opened.store.list()).toEqual([])
  })

  it('is refused without the credentials that somebody else has just been let in with', async () => {
    registry.push('app:v1', [{ layers: [[{ path: 'file', content: 'x' }]] }])
    registry.lock('right')
    const [right, wrong, nobody] = await Promise.allSettled([pull('app:v1', as('right')), pull('app:v1', as('wrong')), pull('app:v1')])
    expect(right).toMatchObject({ status: 'fulfilled' })
    expect(wrong).toMatchObject({
      reason: { problem: 'unauthorized', message: expect.stringContaining('refused the credentials of secret "s"') }
    })
    expect(nobody).toMatchObject({ reason: { problem: 'unauthorized' } })
  })

  it('brings again what was removed while it was on its way', async () => {
    registry.push('app:v1', [{ layers: [[{ path: 'a', content: 'a' }], [{ path: 'b', content: 'b' }]] }])
    registry.push('gone:v1', [{ layers: [[{ path: 'c', content: 'c' }]] }])
    await pull('gone:v1')
    let blobs = 0
    let swept: Promise<unknown> | undefined
    registry.meddle = (request, response) => {
      // The configuration is here, and named by nobody yet, when another image is removed.
      if (!request.url?.includes('/blobs/') || ++blobs !== 2) return false
      swept = opened.store.remove(`${registry.host}/gone:v1`).then(() => response.end(contentOf(registry, request.url ?? '')))
      return true
    }
    await pull('app:v1')
    await eventually(() => swept !== undefined)
    expect(opened.store.find(reference('app:v1'))).toBeDefined()
  })

  it.each([
    [
      'of no image',
      '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json"}',
      /names no configuration and layers: it is no container image/
    ],
    [
      'of Docker’s first format',
      '{"schemaVersion":1,"mediaType":"application/vnd.docker.distribution.manifest.v1+prettyjws"}',
      /no container image of today/
    ],
    ['that is no JSON', 'manifest', /has a manifest that is not JSON/]
  ])('refuses a manifest %s', async (_, manifest, message) => {
    registry.meddle = (__, response) => (response.end(manifest), true)
    await expect(pull('app:v1')).rejects.toThrow(message)
  })
})

/** The content of a blob that the registry would have sent. */
function contentOf(registry: ImageRegistry, path: string): Buffer {
  return registry.contentOf(path.slice(path.lastIndexOf('/') + 1))
}
