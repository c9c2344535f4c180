/** Images of registries: pulled when a pod asks for one that is not here, or that must be looked at again. */
import type { ImageReference } from '@knative-ts/registry'
import { Keychain, RegistryError } from '@knative-ts/registry'
import { errorText } from '@knative-ts/kube'
import type { ImageSource, PullPolicy } from '../image-source.ts'
import type { LocalImage, MissingImage } from '../local-image.ts'
import { ImageError } from '../store/oci.ts'
import type { StoredImages } from '../stored-images.ts'
import type { ImagePuller } from './image-puller.ts'
import type { PullRequest } from './pull-request.ts'

/** Nobody serves these: they are for images of the machine itself. */
const ofThisMachine = new Set(['dev.local', 'ko.local', 'kind.local'])

export class RegistryImages implements ImageSource {
  readonly #puller: ImagePuller
  readonly #stored: StoredImages

  constructor(puller: ImagePuller, stored: StoredImages) {
    this.#puller = puller
    this.#stored = stored
  }

  async find(
    reference: ImageReference,
    name: string,
    policy: PullPolicy,
    request?: PullRequest
  ): Promise<LocalImage | MissingImage | undefined> {
    if (policy === 'Never' || ofThisMachine.has(reference.registry)) return undefined
    request?.onStart()
    try {
      const keychain = (await request?.keychain()) ?? Keychain.empty
      const { image, tookMs, withWaitingMs } = await this.#puller.pull(reference, keychain)
      const found = this.#stored.runnable(image, name)
      return found.kind === 'found' ? { ...found, pulled: { tookMs, withWaitingMs, bytes: image.size } } : found
    } catch (error) {
      const known = error instanceof RegistryError || error instanceof ImageError
      const message = `failed to pull image "${name}": ${known ? error.message : `unexpected: ${errorText(error)}`}`
      return { kind: 'missing', reason: 'ErrImagePull', message, asked: true }
    }
  }

  advice({ registry }: ImageReference): string | undefined {
    return ofThisMachine.has(registry) ? undefined : 'let it be pulled: imagePullPolicy IfNotPresent or Always'
  }
}
