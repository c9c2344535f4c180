import type * as k8s from '@knative-ts/api/kubernetes'
import type { PullPolicy } from '../image/image-source.ts'
import type { LocalImage, MissingImage } from '../image/local-image.ts'
import { delay } from '../time.ts'
import type { ContainerFacts } from './container-status.ts'
import type { PodContext } from './pod-context.ts'
import { goDuration } from './restart-back-off.ts'

/** How long ErrImagePull shows before ImagePullBackOff does: both are seen, as on a cluster. ms. */
const showMs = 200
/** As long as a timer can be: until something aborts. ms. */
const longestMs = 2 ** 31 - 1

/** Looks for a container's image until it is there, with the kubelet's waiting reasons and events. */
export class ImagePull {
  readonly #spec: k8s.Container
  readonly #context: PodContext
  readonly #set: (change: Partial<ContainerFacts>) => void
  #failures = 0
  /** The present attempt has been told of. */
  #isTold = false
  #pulled: LocalImage['pulled']
  #renewed = new AbortController()

  constructor(spec: k8s.Container, context: PodContext, set: (change: Partial<ContainerFacts>) => void) {
    this.#spec = spec
    this.#context = context
    this.#set = set
  }

  /** Undefined when `signal` aborts first. That the image is there is for the caller to tell: see {@link present}. */
  async until(signal: AbortSignal): Promise<LocalImage | undefined> {
    while (!signal.aborted) {
      const name = this.#spec.image ?? ''
      const waiting = AbortSignal.any([signal, this.#renewed.signal])
      const found = await this.#find(name, waiting)
      // Nobody waits for that image any more; who pulls it goes on, for others may.
      if (found === undefined) continue
      if (found.kind === 'found') {
        this.#failures = 0
        this.#pulled = found.pulled
        return found
      }
      await this.#missing(name, found, waiting)
    }
    return undefined
  }

  /** Undefined when `waiting` aborts first. */
  async #find(name: string, waiting: AbortSignal): Promise<LocalImage | MissingImage | undefined> {
    const { images } = this.#context.services
    this.#isTold = false
    const request = {
      keychain: () => this.#context.keychain(),
      onStart: () => this.#tellPulling(name)
    }
    const over = new AbortController()
    try {
      return await Promise.race([
        images.find(name, this.#spec.imagePullPolicy as PullPolicy | undefined, request),
        delay(longestMs, AbortSignal.any([waiting, over.signal])).then(() => undefined)
      ])
    } finally {
      over.abort()
    }
  }

  /** Says why there is no image, and waits until it is time to look again. */
  async #missing(name: string, { reason, message, asked = false }: MissingImage, waiting: AbortSignal): Promise<void> {
    const { backOff, pullBackOff } = this.#context.services
    if (reason === 'ErrImagePull') {
      this.#tellPulling(name)
      this.#event('Warning', 'Failed', `Failed to pull image "${name}": ${message}`)
    } else {
      const as = reason === 'ErrImageNeverPull' ? reason : reason === 'InvalidImageName' ? 'InspectFailed' : 'Failed'
      this.#event('Warning', as, message)
    }
    this.#event('Warning', 'Failed', `Error: ${reason}`)
    this.#set({ state: { waiting: { reason, message } } })
    const { initialMs, maxMs } = asked ? pullBackOff : backOff
    const delayMs = Math.min(initialMs * 2 ** this.#failures++, maxMs)
    const shownMs = Math.min(showMs, delayMs / 2)
    await delay(shownMs, waiting)
    if (reason === 'ErrImagePull' && !waiting.aborted) {
      this.#event('Normal', 'BackOff', `Back-off pulling image "${name}"`)
      this.#event('Warning', 'Failed', 'Error: ImagePullBackOff')
      this.#set({
        state: { waiting: { reason: 'ImagePullBackOff', message: `Back-off pulling image "${name}": ErrImagePull: ${message}` } }
      })
    }
    await delay(delayMs, waiting)
  }

  #tellPulling(name: string): void {
    if (!this.#isTold) this.#event('Normal', 'Pulling', `Pulling image "${name}"`)
    this.#isTold = true
  }

  /** The container has another image: it is looked for at once. */
  renew(): void {
    this.#failures = 0
    this.#renewed.abort()
    this.#renewed = new AbortController()
  }

  /** Tells that the image is there, and the first time how it came. */
  present(): void {
    const name = this.#spec.image ?? ''
    const pulled = this.#pulled
    this.#pulled = undefined
    if (pulled === undefined) return this.#event('Normal', 'Pulled', `Container image "${name}" already present on machine`)
    const [took, withWaiting] = [pulled.tookMs, pulled.withWaitingMs].map(goDuration)
    const message = `Successfully pulled image "${name}" in ${took} (${withWaiting} including waiting). Image size: ${pulled.bytes} bytes.`
    this.#event('Normal', 'Pulled', message)
  }

  #event(type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#context.event(type, reason, message, this.#spec.name)
  }
}
