import type { ContainerRuntime } from '../runtime/container-runtime.ts'

/** How an image wants to be run, as its `config` says. */
export interface ImageConfig {
  readonly entrypoint: readonly string[]
  readonly cmd: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** '' where the image names none. */
  readonly workingDir: string
  /** `user[:group]` by name or number; '' for the runtime's default. */
  readonly user: string
  /** Name of the signal that asks the program to end. */
  readonly stopSignal: string
}

/** An image that is here and can run. */
export interface LocalImage {
  readonly kind: 'found'
  /** `NAME@sha256:...`, for `status.imageID`. */
  readonly imageId: string
  readonly config: ImageConfig
  /** Who runs containers of it. */
  readonly runtime: ContainerRuntime
  /** Where the runtime finds it: a package directory, the digest of a manifest, an engine's id. */
  readonly locator: string
  /** Of an image that has just been pulled. Milliseconds, and bytes of its compressed layers. */
  readonly pulled?: { readonly tookMs: number; readonly withWaitingMs: number; readonly bytes: number }
}

/** `reason` is Kubernetes' word (ErrImagePull, InvalidImageName, ErrImageNeverPull); the message names the image and says what to do. */
export interface MissingImage {
  readonly kind: 'missing'
  readonly reason: string
  readonly message: string
  /** A registry was asked: it is asked again with the back-off of pulls, not as often as one looks at one's own disk. */
  readonly asked?: boolean
}
