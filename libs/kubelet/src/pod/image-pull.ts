import type * as k8s from '@knative-ts/api/kubernetes'
import type { PullPolicy } from '../image/image-source.ts'
import type { LocalImage } from '../image/local-image.ts'
import { delay } from '../time.ts'
import type { ContainerFacts } from './container-status.ts'
import type { PodContext } from './pod-context.ts'

/** How long ErrImagePull shows before ImagePullBackOff does: both are seen, as on a cluster. ms. */
const showMs = 200

/** Looks for a container's image until it is there, with the kubelet's waiting reasons and events. */
export class ImagePull {
  readonly #spec: k8s.Container
  readonly #context: PodContext
  readonly #set: (change: Partial<ContainerFacts>) => void
  #failures = 0
  #renewed = new AbortController()

  constructor(spec: k8s.Container, context: PodContext, set: (change: Partial<ContainerFacts>) => void) {
    this.#spec = spec
    this.#context = context
    this.#set = set
  }

  /** Undefined when `signal` aborts first. That the image is there is for the caller to tell: see {@link present}. */
  async until(signal: AbortSignal): Promise<LocalImage | undefined> {
    const { images, backOff } = this.#context.services
    while (!signal.aborted) {
      const name = this.#spec.image ?? ''
      const waiting = AbortSignal.any([signal, this.#renewed.signal])
      const found = await images.find(name, this.#spec.imagePullPolicy as PullPolicy | undefined)
      if (found.kind === 'found') {
        this.#failures = 0
        return found
      }
      const { reason, message } = found
      if (reason === 'ErrImagePull') {
        this.#event('Normal', 'Pulling', `Pulling image "${name}"`)
        this.#event('Warning', 'Failed', `Failed to pull image "${name}": ${message}`)
      } else
        this.#event(
          'Warning',
          reason === 'ErrImageNeverPull' ? reason : reason === 'InvalidImageName' ? 'InspectFailed' : 'Failed',
          message
        )
      this.#event('Warning', 'Failed', `Error: ${reason}`)
      this.#set({ state: { waiting: { reason, message } } })
      const delayMs = Math.min(backOff.initialMs * 2 ** this.#failures++, backOff.maxMs)
      await delay(Math.min(showMs, delayMs / 2), waiting)
      if (reason === 'ErrImagePull' && !waiting.aborted) {
        this.#event('Normal', 'BackOff', `Back-off pulling image "${name}"`)
        this.#event('Warning', 'Failed', 'Error: ImagePullBackOff')
        this.#set({
          state: { waiting: { reason: 'ImagePullBackOff', message: `Back-off pulling image "${name}": ErrImagePull: ${message}` } }
        })
      }
      await delay(delayMs, waiting)
    }
    return undefined
  }

  /** The container has another image: it is looked for at once. */
  renew(): void {
    this.#failures = 0
    this.#renewed.abort()
    this.#renewed = new AbortController()
  }

  /** Tells that the image is there. */
  present(): void {
    this.#event('Normal', 'Pulled', `Container image "${this.#spec.image ?? ''}" already present on machine`)
  }

  #event(type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#context.event(type, reason, message, this.#spec.name)
  }
}
