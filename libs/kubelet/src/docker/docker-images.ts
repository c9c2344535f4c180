/** The images of a Docker engine: those that it has, and those that it can pull. */
import { errorText } from '@knative-ts/kube'
import type { ImageInspectInfo } from 'dockerode'
import type { ImageReference } from '@knative-ts/registry'
import type { ImageSource, PullPolicy } from '../image/image-source.ts'
import type { LocalImage, MissingImage } from '../image/local-image.ts'
import type { ContainerRuntime } from '../runtime/container-runtime.ts'
import type { DockerEngine } from './docker-engine.ts'

/** Nobody serves this registry: what the engine lacks of it cannot be pulled. */
const LOCAL_REGISTRY = 'dev.local'

export class DockerImages implements ImageSource {
  readonly #engine: DockerEngine
  readonly #runtime: ContainerRuntime

  constructor(engine: DockerEngine, runtime: ContainerRuntime) {
    this.#engine = engine
    this.#runtime = runtime
  }

  async find({ registry }: ImageReference, name: string, policy: PullPolicy): Promise<LocalImage | MissingImage | undefined> {
    try {
      const mayPull = policy !== 'Never' && registry !== LOCAL_REGISTRY
      const known = policy === 'Always' && mayPull ? undefined : await this.#engine.image(name)
      if (known !== undefined) return this.#found(name, known)
      if (!mayPull) return undefined
      await this.#engine.pull(name)
      const pulled = await this.#engine.image(name)
      return pulled === undefined ? undefined : this.#found(name, pulled)
    } catch (error) {
      return { kind: 'missing', reason: 'ErrImagePull', message: `failed to pull image "${name}": ${errorText(error)}` }
    }
  }

  advice({ registry }: ImageReference): string {
    return registry === LOCAL_REGISTRY
      ? 'load an image of this name into the Docker engine (docker load, docker build -t)'
      : 'pull it into the Docker engine (docker pull)'
  }

  #found(name: string, { Id, RepoDigests, Config }: ImageInspectInfo): LocalImage {
    const digest = RepoDigests?.[0]
    return {
      kind: 'found',
      imageId: digest ?? `docker://${Id}`,
      config: {
        entrypoint: words(Config.Entrypoint),
        cmd: words(Config.Cmd),
        env: Object.fromEntries((Config.Env ?? []).map(pairOf)),
        workingDir: Config.WorkingDir ?? '',
        user: Config.User ?? '',
        stopSignal: (Config as { StopSignal?: string }).StopSignal ?? 'SIGTERM'
      },
      runtime: this.#runtime,
      locator: name
    }
  }
}

const words = (given: string | readonly string[] | null | undefined): readonly string[] =>
  given === null || given === undefined ? [] : [given].flat()

function pairOf(assignment: string): [string, string] {
  const at = assignment.indexOf('=')
  return at < 0 ? [assignment, ''] : [assignment.slice(0, at), assignment.slice(at + 1)]
}
