/** Images of the store, run with root filesystems of their own. */
import { join } from 'node:path'
import type { ContainerRuntime } from '../runtime/container-runtime.ts'
import type { ImageRoot } from '../isolation/security.ts'
import type { ImageReference } from '@knative-ts/registry'
import type { ImageSource, PullPolicy } from './image-source.ts'
import type { ImageConfig, LocalImage, MissingImage } from './local-image.ts'
import type { FoundImage, ImageStore } from './store/image-store.ts'
import { openLayer, textIn } from './store/layer-tree.ts'
import { ImageError, type ImageConfiguration } from './store/oci.ts'

export class StoredImages implements ImageSource {
  readonly #store: ImageStore
  readonly #runtime: ContainerRuntime | undefined
  /** Why images of the store cannot run here. */
  readonly #obstacle: string

  /** Without a runtime, images are found and refused with `obstacle`, which says what to do. */
  constructor(store: ImageStore, runtime: ContainerRuntime | undefined, obstacle = '') {
    this.#store = store
    this.#runtime = runtime
    this.#obstacle = obstacle
  }

  find(reference: ImageReference, name: string, policy?: PullPolicy): Promise<LocalImage | MissingImage | undefined> {
    return Promise.resolve(this.#find(reference, name, policy))
  }

  advice(): string {
    return this.#runtime === undefined ? this.#obstacle : 'load it into the image store: npm run image -- load FILE.tar'
  }

  /** An image of the store as pods run it, or why it cannot run here. */
  runnable({ id, configuration, digest }: FoundImage, name: string): LocalImage | MissingImage {
    if (this.#runtime === undefined) return { kind: 'missing', reason: 'ErrImagePull', message: `image "${name}": ${this.#obstacle}` }
    return { kind: 'found', imageId: id, config: configOf(configuration), runtime: this.#runtime, locator: digest }
  }

  #find(reference: ImageReference, name: string, policy: PullPolicy | undefined): LocalImage | MissingImage | undefined {
    try {
      const found = this.#store.find(reference)
      // What was pulled is looked at again where the policy says so; what somebody has loaded here is meant to be used.
      if (found === undefined || (policy === 'Always' && found.pulled !== undefined)) return undefined
      return this.runnable(found, name)
    } catch (error) {
      if (error instanceof ImageError) return { kind: 'missing', reason: 'ErrImagePull', message: `image "${name}": ${error.message}` }
      throw error
    }
  }
}

function configOf({ config = {} }: ImageConfiguration): ImageConfig {
  const env = (config.Env ?? []).map((each) => {
    const equals = each.indexOf('=')
    return equals < 0 ? ([each, ''] as const) : ([each.slice(0, equals), each.slice(equals + 1)] as const)
  })
  return {
    entrypoint: config.Entrypoint ?? [],
    cmd: config.Cmd ?? [],
    env: Object.fromEntries(env),
    workingDir: config.WorkingDir ?? '',
    user: config.User ?? '',
    stopSignal: config.StopSignal ?? 'SIGTERM'
  }
}

/** The files of an image of the store, unpacked; `locator` is the digest of its manifest. */
export async function rootOf(store: ImageStore, locator: string): Promise<ImageRoot> {
  const names = await store.layersOf(locator)
  const directory = join(store.directory, 'layers')
  const layers = names.map((name) => openLayer(join(directory, name)))
  return { directory, layers: names, passwd: textIn(layers, 'etc/passwd'), group: textIn(layers, 'etc/group') }
}
