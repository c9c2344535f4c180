/** Pulls images into the store: what is there is not pulled again, and one image once, however many pods wait for it. */
import { Readable } from 'node:stream'
import {
  chosen,
  type Descriptor,
  type FetchedManifest,
  fingerprintOf,
  type ImageConfiguration,
  type ImageIndex,
  type ImageReference,
  isIndex,
  type Keychain,
  type Manifest,
  mediaTypes,
  platformsOf,
  type RegistryClient,
  RegistryError,
  type Repository
} from '@knative-ts/registry'
import { type FoundImage, type ImageStore } from '../store/image-store.ts'
import { wholeName } from '../store/names.ts'
import { digestPattern, ImageError, ownPlatform } from '../store/oci.ts'
import { Turns } from './turns.ts'

/** An image that was pulled, or that the registry still has as it is here. Times in milliseconds. */
export interface PulledImage {
  readonly image: FoundImage
  readonly tookMs: number
  readonly withWaitingMs: number
}

/** Images, and blobs of all of them together, that are pulled at a time. */
const mostImages = 3
const mostBlobs = 3
/** Blobs may be swept away by a removal between their pull and the image's adoption. */
const mostRounds = 3

const own = `${ownPlatform.os}/${ownPlatform.architecture}`
const manifestTypes: readonly string[] = [mediaTypes.manifest, mediaTypes.dockerManifest]

export class ImagePuller {
  readonly #store: ImageStore
  readonly #registries: RegistryClient
  readonly #signal: AbortSignal
  readonly #images = new Turns(mostImages)
  readonly #blobTurns = new Turns(mostBlobs)
  readonly #pulls = new Map<string, Promise<PulledImage>>()
  readonly #blobs = new Map<string, Promise<void>>()

  /** `signal` ends all pulls. */
  constructor(store: ImageStore, registries: RegistryClient, signal: AbortSignal) {
    this.#store = store
    this.#registries = registries
    this.#signal = signal
  }

  /** Rejects with {@link RegistryError} or {@link ImageError}. */
  pull(reference: ImageReference, keychain: Keychain): Promise<PulledImage> {
    // Whoever has other credentials must be let in with them, and is told of his own when he is not.
    const key = [wholeName(reference), ...keychain.credentialsFor(reference).map(fingerprintOf), ...keychain.problems].join(' ')
    const known = this.#pulls.get(key)
    if (known !== undefined) return known
    const asked = performance.now()
    const pull = this.#images
      .take(async () => {
        const began = performance.now()
        const image = await this.#pull(reference, this.#registries.open(reference, { keychain, userAgent: 'knative-ts (node agent)' }))
        const ended = performance.now()
        return { image, tookMs: ended - began, withWaitingMs: ended - asked }
      })
      .finally(() => this.#pulls.delete(key))
    this.#pulls.set(key, pull)
    return pull
  }

  async #pull(reference: ImageReference, repository: Repository): Promise<FoundImage> {
    const here = this.#store.find(reference)
    if (here !== undefined && here.pulled === (await repository.digest(this.#signal))) return here
    const top = await repository.manifest(this.#signal)
    const { manifest, bytes } = await this.#forThisMachine(top, repository)
    const { config, layers } = JSON.parse(bytes.toString('utf8')) as Partial<Manifest>
    const wanted = [config, ...(layers ?? [])]
    if (!wanted.every(isDescriptor))
      throw new RegistryError('invalid', `the manifest ${manifest.digest} names no configuration and layers: it is no container image`)
    for (let round = 0; round < mostRounds; round++) {
      await this.#blob(wanted[0] as Descriptor, repository)
      this.#checkMachine((wanted[0] as Descriptor).digest)
      await Promise.all(wanted.map((blob) => this.#blob(blob, repository)))
      await this.#store.blobs.put(Readable.from([bytes]), manifest.digest)
      const missing = await this.#store.adopt(manifest, wholeName(reference), top.digest)
      const found = missing.length === 0 ? this.#store.find(reference) : undefined
      if (found !== undefined) return found
    }
    throw new ImageError('images are removed as fast as they are pulled: see that the disk has room')
  }

  async #forThisMachine(top: FetchedManifest, repository: Repository): Promise<{ readonly manifest: Descriptor; readonly bytes: Buffer }> {
    let { digest, mediaType, bytes } = top
    // An index may lead to another one.
    for (let depth = 0; isIndex(mediaType) && depth < 3; depth++) {
      const index = JSON.parse(bytes.toString('utf8')) as ImageIndex
      const found = chosen({ ...index, manifests: index.manifests ?? [] }, ownPlatform)
      if (found === undefined) {
        const there = platformsOf({ ...index, manifests: index.manifests ?? [] })
        throw new RegistryError(
          'platform',
          `no match for platform in manifest: it has images for ${there === '' ? 'no machine' : there}, and this node is ${own}: build or choose one for ${own}`
        )
      }
      ;({ digest, mediaType, bytes } = await repository.manifest(this.#signal, found.digest))
    }
    if (!manifestTypes.includes(mediaType))
      throw new RegistryError(
        'invalid',
        `what the registry has is of type ${mediaType || 'unknown'}: it is no container image of today, push it again`
      )
    return { manifest: { mediaType: mediaTypes.manifest, digest, size: bytes.length }, bytes }
  }

  #checkMachine(config: string): void {
    const {
      os = ownPlatform.os,
      architecture = ownPlatform.architecture,
      rootfs
    } = this.#store.blobs.json<Partial<ImageConfiguration>>(config)
    if (rootfs?.diff_ids === undefined)
      throw new RegistryError('invalid', 'its configuration names no root filesystem: it is no container image')
    if (os !== ownPlatform.os || architecture !== ownPlatform.architecture)
      throw new RegistryError('platform', `the image is for ${os}/${architecture}, and this node is ${own}: build or choose one for ${own}`)
  }

  /** A blob that several images have comes once. */
  #blob(blob: Descriptor, repository: Repository): Promise<void> {
    const { blobs } = this.#store
    if (blobs.has(blob.digest)) return Promise.resolve()
    const known = this.#blobs.get(blob.digest)
    // Who pulls it may lack what this one has, such as the right to do so.
    if (known !== undefined) return known.catch(() => this.#blob(blob, repository))
    const pull = this.#blobTurns.take(() => this.#fetch(blob, repository)).finally(() => this.#blobs.delete(blob.digest))
    this.#blobs.set(blob.digest, pull)
    return pull
  }

  async #fetch(blob: Descriptor, repository: Repository): Promise<void> {
    const { blobs } = this.#store
    let begunAt = 0
    const fetch = (): Promise<void> =>
      blobs.resume(blob.digest, (begun) => {
        begunAt = begun.size
        return repository.blob(blob, this.#signal, begun)
      })
    try {
      await fetch()
    } catch (error) {
      if (!(error instanceof RegistryError) || error.problem !== 'invalid') throw error
      blobs.forgetPartial(blob.digest)
      // The beginning may have been the damaged part: a machine that lost its power leaves such files.
      if (begunAt === 0) throw error
      await fetch()
    }
  }
}

const isDescriptor = (given: Partial<Descriptor> | undefined): given is Descriptor =>
  typeof given?.digest === 'string' && digestPattern.test(given.digest) && typeof given.size === 'number'
