/** Images that are package directories: those under the configured roots, and the product's own. */
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { ContainerRuntime } from '../runtime/container-runtime.ts'
import { DigestCache } from './digest.ts'
import type { ImageReference } from '@knative-ts/registry'
import type { ImageSource } from './image-source.ts'
import type { LocalImage, MissingImage } from './local-image.ts'
import { PackageError, readPackage } from './package-image.ts'

/** Where package directories are, and what runs them. */
export interface PackageImagesOptions {
  readonly roots: readonly string[]
  /** Image name (`dev.local/knative-ts/NAME`) to package directory. */
  readonly system: Readonly<Record<string, string>>
  readonly nodeBinary: string
  readonly runtime: ContainerRuntime
}

export class PackageImages implements ImageSource {
  readonly #options: PackageImagesOptions
  readonly #digests = new DigestCache()

  constructor(options: PackageImagesOptions) {
    this.#options = options
  }

  find(reference: ImageReference, name: string): Promise<LocalImage | MissingImage | undefined> {
    return Promise.resolve(this.#find(reference, name))
  }

  advice({ registry, path }: ImageReference): string {
    const { roots } = this.#options
    const all = roots.length === 0 ? 'no image root is configured' : roots.join(', ')
    if (registry === 'dev.local') return `no package directory "${path}" under the image roots (${all}): put one there`
    const last = path.split('/').at(-1) as string
    return `put a package directory "${last}" under one of the image roots (${all}) and use the image dev.local/${last}`
  }

  #find(reference: ImageReference, name: string): LocalImage | MissingImage | undefined {
    const directory = reference.registry === 'dev.local' ? this.#directoryOf(reference.path) : undefined
    if (directory === undefined) return undefined
    const { nodeBinary, runtime } = this.#options
    try {
      const digest = this.#digests.digestOf(directory)
      if (reference.digest !== undefined && reference.digest !== digest) {
        const message = `image "${name}": package directory ${directory} has digest ${digest} now: its files have changed since the digest was taken; deploy again`
        return { kind: 'missing', reason: 'ErrImagePull', message }
      }
      const config = readPackage(directory, nodeBinary)
      return { kind: 'found', imageId: `dev.local/${reference.path}@${digest}`, config, runtime, locator: directory }
    } catch (error) {
      if (!(error instanceof PackageError)) throw error
      return { kind: 'missing', reason: 'ErrImagePull', message: `image "${name}": ${error.message}` }
    }
  }

  #directoryOf(path: string): string | undefined {
    const { roots, system } = this.#options
    const own = system[`dev.local/${path}`] ?? system[path]
    const candidates = own === undefined ? roots.map((root) => join(root, path)) : [own]
    return candidates.find((candidate) => existsSync(candidate) && statSync(candidate).isDirectory())
  }
}
