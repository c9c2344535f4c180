/** The images of a Docker engine: those that it has, and those that it can pull. */
import { errorText } from '@knative-ts/kube'
import type { ImageInspectInfo } from 'dockerode'
import { type Credentials, type ImageReference, Keychain } from '@knative-ts/registry'
import type { ImageSource, PullPolicy } from '../image/image-source.ts'
import type { LocalImage, MissingImage } from '../image/local-image.ts'
import type { PullRequest } from '../image/pull/pull-request.ts'
import type { ContainerRuntime } from '../runtime/container-runtime.ts'
import type { DockerEngine, EngineCredentials } from './docker-engine.ts'

/** Nobody serves this registry: what the engine lacks of it cannot be pulled. */
const LOCAL_REGISTRY = 'dev.local'

export class DockerImages implements ImageSource {
  readonly #engine: DockerEngine
  readonly #runtime: ContainerRuntime

  constructor(engine: DockerEngine, runtime: ContainerRuntime) {
    this.#engine = engine
    this.#runtime = runtime
  }

  async find(
    reference: ImageReference,
    name: string,
    policy: PullPolicy,
    request?: PullRequest
  ): Promise<LocalImage | MissingImage | undefined> {
    const mayPull = policy !== 'Never' && reference.registry !== LOCAL_REGISTRY
    try {
      const known = policy === 'Always' && mayPull ? undefined : await this.#engine.image(name)
      if (known !== undefined) return this.#found(name, known)
      if (!mayPull) return undefined
      request?.onStart()
      await this.#pull(reference, name, (await request?.keychain()) ?? Keychain.empty)
      const pulled = await this.#engine.image(name)
      return pulled === undefined ? undefined : this.#found(name, pulled)
    } catch (error) {
      return { kind: 'missing', reason: 'ErrImagePull', message: `failed to pull image "${name}": ${errorText(error)}`, asked: mayPull }
    }
  }

  /** As each of those who may be let in, until one is. */
  async #pull(reference: ImageReference, name: string, keychain: Keychain): Promise<void> {
    const credentials = keychain.credentialsFor(reference)
    if (credentials.length === 0) {
      return this.#engine.pull(name).catch((error: unknown) => {
        throw keychain.problems.length === 0 ? error : new Error(`${errorText(error)} (${keychain.problems.join('; ')})`, { cause: error })
      })
    }
    for (const [index, each] of credentials.entries()) {
      try {
        return await this.#engine.pull(name, inEngineWords(each, reference.registry))
      } catch (error) {
        if (index === credentials.length - 1) throw error
      }
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

/** Docker Hub's name where credentials are concerned. */
const dockerHub = 'https://index.docker.io/v1/'

function inEngineWords(credentials: Credentials, registry: string): EngineCredentials {
  const serveraddress = registry === 'docker.io' ? dockerHub : registry
  if (credentials.kind === 'identity') return { serveraddress, identitytoken: credentials.token }
  if (credentials.kind === 'bearer') return { serveraddress, registrytoken: credentials.token }
  return { serveraddress, username: credentials.username, password: credentials.password }
}

const words = (given: string | readonly string[] | null | undefined): readonly string[] =>
  given === null || given === undefined ? [] : [given].flat()

function pairOf(assignment: string): [string, string] {
  const at = assignment.indexOf('=')
  return at < 0 ? [assignment, ''] : [assignment.slice(0, at), assignment.slice(at + 1)]
}
