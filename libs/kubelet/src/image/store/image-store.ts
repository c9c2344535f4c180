/**
 * The images of one data directory, as an OCI layout: `blobs/`, `index.json`, and beside them `layers/`, each unpacked once. Safe for several processes
 * and for `kill -9`: a file is there whole or not at all, and only the holder of the lock changes the index.
 */
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, rmSync, statfsSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { type ImageReference, repositoryOf } from '@knative-ts/registry'
import { readArchive } from './archive.ts'
import { Blobs } from './blobs.ts'
import { wholeName } from './names.ts'
import { type Descriptor, ImageError, type ImageConfiguration, type Manifest, ownPlatform } from './oci.ts'
import { entryOf, nameOf, pulledDigestOf, repositoryIn, StoreIndex } from './store-index.ts'
import { withLock } from './store-lock.ts'
import type { Unpacker } from './unpacker.ts'

/** An image of the store. */
export interface StoredImage {
  readonly name: string
  /** Of the manifest. */
  readonly digest: string
  /** Of the compressed layers, bytes. */
  readonly size: number
  readonly lastUsed: Date
}

/** An image as pods need it. */
export interface FoundImage {
  /** Of the manifest. */
  readonly digest: string
  /** `REPOSITORY@sha256:...`; of an image that was pulled, the digest that its registry has. */
  readonly id: string
  readonly configuration: ImageConfiguration
  /** Of the compressed layers, bytes. */
  readonly size: number
  /** The digest that a registry had under the name; undefined for an image that was loaded. */
  readonly pulled: string | undefined
}

/** Large images are unpacked for minutes, and others that were pulled wait for that. */
const adoptMs = 15 * 60_000

/** As the kubelet: what was used a moment ago may be about to be used again. */
const youngMs = 2 * 60_000

export class ImageStore {
  readonly directory: string
  readonly blobs: Blobs
  readonly #unpacker: Unpacker | undefined
  readonly #index: StoreIndex

  /** `unpacker` is absent where layers cannot be unpacked: images can be kept there, not run. */
  constructor(directory: string, unpacker?: Unpacker) {
    this.directory = directory
    mkdirSync(join(directory, 'used'), { recursive: true })
    this.blobs = new Blobs(directory)
    this.#unpacker = unpacker
    this.#index = new StoreIndex(directory)
  }

  /** Puts the images of an archive into the store; `name` is for an archive that names none. Gives what is new. Rejects with {@link ImageError}. */
  async load(file: string, name?: string): Promise<StoredImage[]> {
    return withLock(this.directory, async () => {
      this.blobs.removeAbandoned()
      const images = await readArchive(file, this.blobs, ownPlatform)
      const named = images.map(({ manifest, names }) => {
        const all = name === undefined ? names : [name]
        if (all.length === 0) throw new ImageError(`${file} does not say what its image is called: give it a name with --name NAME`)
        return { manifest, names: all }
      })
      if (name !== undefined && images.length > 1)
        throw new ImageError(`${file} holds ${images.length} images: --name is for archives of one`)
      for (const { manifest } of named) await this.#complete(manifest)
      const whole = named.flatMap(({ manifest, names }) => names.map((each) => ({ name: each, manifest })))
      const given = new Set(whole.map((each) => each.name))
      const kept = this.#index.entries().filter((each) => !given.has(nameOf(each)))
      const added = whole.map(({ name: each, manifest }) => entryOf(manifest, each))
      this.#index.write([...kept, ...added])
      return added.map((each) => this.#stored(each))
    })
  }

  list(): StoredImage[] {
    return this.#index.entries().map((each) => this.#stored(each))
  }

  /** The manifest of a name; undefined when there is none. A digest is found whatever the tag is. */
  find(reference: ImageReference): FoundImage | undefined {
    const repository = repositoryOf(reference)
    const name = wholeName(reference)
    const entry = this.#index
      .entries()
      .find((each) =>
        reference.digest === undefined
          ? nameOf(each) === name
          : [each.digest, pulledDigestOf(each)].includes(reference.digest) && repositoryIn(nameOf(each)) === repository
      )
    if (entry === undefined) return undefined
    const { config, layers } = this.blobs.json<Manifest>(entry.digest)
    const pulled = pulledDigestOf(entry)
    return {
      digest: entry.digest,
      id: `${repository}@${pulled ?? entry.digest}`,
      configuration: this.blobs.json<ImageConfiguration>(config.digest),
      size: sizeOf(layers),
      pulled
    }
  }

  /**
   * Names an image that was pulled and whose blobs are here. `registryDigest` is what the registry has under the name. Gives the digests of the blobs that are not
   * here, or no longer: nothing is changed then. Rejects with {@link ImageError}.
   */
  async adopt(manifest: Descriptor, name: string, registryDigest: string): Promise<readonly string[]> {
    return withLock(
      this.directory,
      async () => {
        if (!this.blobs.has(manifest.digest)) return [manifest.digest]
        const { config, layers } = this.blobs.json<Manifest>(manifest.digest)
        const missing = [config, ...layers].flatMap(({ digest }) => (this.blobs.has(digest) ? [] : [digest]))
        if (missing.length > 0) return missing
        await this.#unpacker?.unpack(this.#chainOf(manifest.digest), this.blobs)
        this.#touch(manifest.digest)
        const entries = this.#index.entries()
        const before = entries.find((each) => nameOf(each) === name)
        const kept = entries.filter((each) => each !== before)
        // Containers may run from what had the name: it stays under its digest until nobody uses it and room is needed.
        const replaced = before === undefined || before.digest === manifest.digest || kept.some(({ digest }) => digest === before.digest)
        const left = replaced
          ? []
          : [entryOf(before, `${repositoryIn(name)}@${pulledDigestOf(before) ?? before.digest}`, pulledDigestOf(before))]
        this.#index.write([...kept, ...left, entryOf(manifest, name, registryDigest)])
        return []
      },
      adoptMs
    )
  }

  /** The unpacked layers of a manifest, the topmost first; unpacks what is not. */
  async layersOf(digest: string): Promise<readonly string[]> {
    if (this.#unpacker === undefined) throw new ImageError('layers cannot be unpacked here: that needs root')
    const unpacker = this.#unpacker
    this.#touch(digest)
    const chain = this.#chainOf(digest)
    if (chain.every(({ name }) => unpacker.has(name))) return chain.map(({ name }) => name).toReversed()
    return withLock(this.directory, async () => {
      await unpacker.unpack(chain, this.blobs)
      return chain.map(({ name }) => name).toReversed()
    })
  }

  /** Takes a name away, and what no other name needs. False when there is no such name. Rejects with {@link ImageError} when containers run from it. */
  async remove(name: string): Promise<boolean> {
    return withLock(this.directory, async () => {
      const entries = this.#index.entries()
      const kept = entries.filter((each) => nameOf(each) !== name)
      const gone = entries.find((each) => nameOf(each) === name)
      if (gone === undefined) return false
      const isLast = !kept.some(({ digest }) => digest === gone.digest)
      if (isLast && this.#unpacker !== undefined && this.#unpacker.isInUse(this.#chainOf(gone.digest)))
        throw new ImageError(`${name} is used by a running container: delete its pods first`)
      this.#index.write(kept)
      this.#sweep()
      return true
    })
  }

  /**
   * When more than `highPercent` of the file system is used, removes images that nobody uses, those used longest ago first, until it is `lowPercent`;
   * none that was used within the last two minutes. `inUse` are digests of manifests. Gives the names.
   */
  async collect(
    inUse: ReadonlySet<string>,
    highPercent = 85,
    lowPercent = 80,
    usedPercent = (): number => this.#usedPercent(),
    now: number = Date.now()
  ): Promise<string[]> {
    if (usedPercent() < highPercent) return []
    const removed: string[] = []
    const unused = this.list().filter(({ digest, lastUsed }) => !inUse.has(digest) && now - lastUsed.getTime() >= youngMs)
    for (const { name } of unused.toSorted((a, b) => a.lastUsed.getTime() - b.lastUsed.getTime())) {
      if (usedPercent() < lowPercent) break
      try {
        if (await this.remove(name)) removed.push(name)
      } catch (error) {
        // Used after all, by a container of another agent: the next one may do.
        if (!(error instanceof ImageError)) throw error
      }
    }
    return removed
  }

  /** Every blob of a manifest is there, and its layers are unpacked where they can be. */
  async #complete(manifest: Descriptor): Promise<void> {
    const { config, layers } = this.blobs.json<Manifest>(manifest.digest)
    for (const { digest } of [config, ...(layers ?? [])]) {
      if (!this.blobs.has(digest))
        throw new ImageError(`the archive lacks blob ${digest}, which manifest ${manifest.digest} names: save the image again`)
    }
    await this.#unpacker?.unpack(this.#chainOf(manifest.digest), this.blobs)
  }

  #chainOf(digest: string): ReturnType<Unpacker['chainOf']> {
    const { config, layers } = this.blobs.json<Manifest>(digest)
    const { rootfs } = this.blobs.json<ImageConfiguration>(config.digest)
    const unpacker = this.#unpacker as Unpacker
    return unpacker.chainOf(layers, rootfs.diff_ids)
  }

  #sweep(): void {
    const needed = new Set<string>()
    const chains = new Set<string>()
    for (const { digest } of this.#index.entries()) {
      const { config, layers } = this.blobs.json<Manifest>(digest)
      for (const each of [digest, config.digest, ...layers.map((layer) => layer.digest)]) needed.add(each)
      if (this.#unpacker !== undefined) for (const { name } of this.#chainOf(digest)) chains.add(name)
    }
    for (const digest of this.blobs.all()) if (!needed.has(digest)) this.blobs.remove(digest)
    this.#unpacker?.removeAllBut(chains)
    const used = new Set(this.#index.entries().map(({ digest }) => digest.slice('sha256:'.length)))
    for (const name of readdirSync(join(this.directory, 'used'))) if (!used.has(name)) rmSync(join(this.directory, 'used', name))
  }

  #stored(entry: Descriptor): StoredImage {
    const { layers } = this.blobs.json<Manifest>(entry.digest)
    const file = this.#usedFile(entry.digest)
    return {
      name: nameOf(entry),
      digest: entry.digest,
      size: sizeOf(layers),
      lastUsed: existsSync(file) ? statSync(file).mtime : new Date(0)
    }
  }

  #touch(digest: string): void {
    const file = this.#usedFile(digest)
    closeSync(openSync(file, 'a'))
    const now = new Date()
    utimesSync(file, now, now)
  }

  #usedFile(digest: string): string {
    return join(this.directory, 'used', digest.slice('sha256:'.length))
  }

  #usedPercent(): number {
    const { blocks, bavail } = statfsSync(this.directory)
    return 100 * (1 - bavail / blocks)
  }
}

const sizeOf = (layers: readonly Descriptor[]): number => layers.reduce((sum, { size }) => sum + size, 0)
