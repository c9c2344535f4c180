/** The images of this node, whatever source they come from. */
import { parseImageReference } from '@knative-ts/registry'
import type { ImageSource, PullPolicy } from './image-source.ts'
import type { LocalImage, MissingImage } from './local-image.ts'
import type { PullRequest } from './pull/pull-request.ts'

/** Finds images on this machine: the first source that knows a name answers for it. */
export class Images {
  readonly #sources: readonly ImageSource[]

  constructor(sources: readonly ImageSource[]) {
    this.#sources = sources
  }

  /** These, and after them those of one more source. */
  and(source: ImageSource): Images {
    return new Images([...this.#sources, source])
  }

  /** The image, or why it cannot run; never rejects for a bad image. */
  async find(image: string, policy: PullPolicy = 'IfNotPresent', request?: PullRequest): Promise<LocalImage | MissingImage> {
    const reference = parseImageReference(image)
    if (reference === undefined) {
      return {
        kind: 'missing',
        reason: 'InvalidImageName',
        message: `Failed to apply default image tag "${image}": couldn't parse image name: invalid reference format`
      }
    }
    for (const source of this.#sources) {
      const found = await source.find(reference, image, policy, request)
      if (found !== undefined) return found
    }
    const what = this.#sources.flatMap((source) => source.advice(reference) ?? []).join('; or ')
    if (policy === 'Never') {
      return {
        kind: 'missing',
        reason: 'ErrImageNeverPull',
        message: `Container image "${image}" is not present with pull policy of Never: ${what}`
      }
    }
    return { kind: 'missing', reason: 'ErrImagePull', message: `failed to pull image "${image}": not found: ${what}` }
  }
}
