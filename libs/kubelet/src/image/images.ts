/** Where images come from: package directories under the configured roots, and the product's own. */
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DigestCache } from './digest.ts'
import { parseImageReference } from './image-reference.ts'
import { type ImageConfig, PackageError, readPackage } from './package-image.ts'

/** An image that is here and can run. */
export interface LocalImage {
  readonly kind: 'found'
  readonly directory: string
  /** `dev.local/NAME@sha256:...`, for `status.imageID`. */
  readonly imageId: string
  readonly config: ImageConfig
}

/** `reason` is Kubernetes' word (ErrImagePull, InvalidImageName, ErrImageNeverPull); the message names the image and says what to do. */
export interface MissingImage {
  readonly kind: 'missing'
  readonly reason: string
  readonly message: string
}

/** Finds images on this machine. */
export class Images {
  readonly #roots: readonly string[]
  readonly #system: Readonly<Record<string, string>>
  readonly #nodeBinary: string
  readonly #digests = new DigestCache()

  constructor(roots: readonly string[], system: Readonly<Record<string, string>>, nodeBinary: string) {
    this.#roots = roots
    this.#system = system
    this.#nodeBinary = nodeBinary
  }

  /** The package directory of an image, with what it runs; never throws for a bad image. */
  find(image: string, pullPolicy = 'IfNotPresent'): LocalImage | MissingImage {
    const reference = parseImageReference(image)
    if (reference === undefined) {
      return {
        kind: 'missing',
        reason: 'InvalidImageName',
        message: `Failed to apply default image tag "${image}": couldn't parse image name: invalid reference format`
      }
    }
    const directory = reference.registry === 'dev.local' ? this.#directoryOf(reference.path) : undefined
    if (directory === undefined) return this.#missing(image, reference.registry, reference.path, pullPolicy)
    try {
      const digest = this.#digests.digestOf(directory)
      if (reference.digest !== undefined && reference.digest !== digest) {
        const message = `image "${image}": package directory ${directory} has digest ${digest} now: its files have changed since the digest was taken; deploy again`
        return { kind: 'missing', reason: 'ErrImagePull', message }
      }
      const config = readPackage(directory, this.#nodeBinary)
      return { kind: 'found', directory, imageId: `dev.local/${reference.path}@${digest}`, config }
    } catch (error) {
      if (!(error instanceof PackageError)) throw error
      return { kind: 'missing', reason: 'ErrImagePull', message: `image "${image}": ${error.message}` }
    }
  }

  #directoryOf(path: string): string | undefined {
    const own = this.#system[`dev.local/${path}`] ?? this.#system[path]
    const candidates = own === undefined ? this.#roots.map((root) => join(root, path)) : [own]
    return candidates.find((candidate) => existsSync(candidate) && statSync(candidate).isDirectory())
  }

  #missing(image: string, registry: string, path: string, pullPolicy: string): MissingImage {
    const roots = this.#roots.length === 0 ? 'no image root is configured' : this.#roots.join(', ')
    const name = path.split('/').at(-1) as string
    const what =
      registry === 'dev.local'
        ? `no package directory "${path}" under the image roots (${roots}): put one there`
        : `this node has no registry client yet: put a package directory "${name}" under one of the image roots (${roots}) and use the image dev.local/${name}`
    if (pullPolicy === 'Never') {
      return {
        kind: 'missing',
        reason: 'ErrImageNeverPull',
        message: `Container image "${image}" is not present with pull policy of Never: ${what}`
      }
    }
    return { kind: 'missing', reason: 'ErrImagePull', message: `failed to pull image "${image}": not found: ${what}` }
  }
}
