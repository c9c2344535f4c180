import type { ImageReference } from '@knative-ts/registry'
import type { LocalImage, MissingImage } from './local-image.ts'
import type { PullRequest } from './pull/pull-request.ts'

/** Pull policies of Kubernetes. */
export type PullPolicy = 'Always' | 'IfNotPresent' | 'Never'

/** One place that images come from. */
export interface ImageSource {
  /**
   * The image; why it cannot run although it is here or should be; or undefined when this source has nothing of that name. `name` is the image as
   * the pod has it; `request` says for whom it is pulled where a registry is asked. Never rejects for a bad image.
   */
  find(reference: ImageReference, name: string, policy: PullPolicy, request?: PullRequest): Promise<LocalImage | MissingImage | undefined>
  /** What to do to get an image of that name here, for the message of an image that no source has. */
  advice(reference: ImageReference): string | undefined
}
