/** The Docker Engine of this machine, where there is one: images that are no package directories run through it. */
import type { Container, ContainerCreateOptions, ContainerInfo } from 'dockerode'
import type Docker from 'dockerode'
import { existsSync } from 'node:fs'
import { Readable } from 'node:stream'
import { pack } from 'tar-stream'
import { errorText, type Log } from '@knative-ts/kube'
import type { PodName } from '../network/network.ts'
import { askEngine } from './engine-question.ts'
import type { Holder } from './held-sandbox.ts'
import { isAlive, startTimeOf } from '../process/process-identity.ts'
import { pauseProgram } from './pause-program.ts'

/** Names the node agent (pid and start time) on everything that it makes in the engine, so that the next one finds what a killed one left. */
const OWNER_LABEL = 'dev.knative.standalone.owner'

/** An engine that does not answer within this is none. ms. */
const ANSWER_MS = 2_000
/** A busy engine lists slowly. ms. */
const LIST_MS = 60_000
const DEFAULT_SOCKET = '/var/run/docker.sock'
const UNIX = 'unix://'
const AUTO = 'auto'
const PAUSE_REPOSITORY = 'knative-ts/pause'
const PAUSE_TAG = '1'
const NOT_FOUND = 404
const NO_CHANGE = 304
const CONFLICT = 409

/** Who somebody is, in the Docker Engine API's words (AuthConfig). */
export type EngineCredentials = { readonly serveraddress: string } & (
  | { readonly username: string; readonly password: string }
  | { readonly identitytoken: string }
  | { readonly registrytoken: string }
)

/** An engine that answered. */
export class DockerEngine {
  readonly #socketPath: string
  #client: Promise<Docker> | undefined
  readonly #owner = `${process.pid} ${startTimeOf(process.pid) ?? ''}`
  #pause: Promise<string> | undefined
  #held = 0

  private constructor(socketPath: string) {
    this.#socketPath = socketPath
  }

  /**
   * The engine behind `host` (`DOCKER_HOST` as the docker client reads it), or behind the usual socket for `auto`. Undefined when there is none, when
   * it does not answer, or when it is on another machine, whose file system is not this one's: told in the log when it was named.
   */
  static async find(host: string, log: Log): Promise<DockerEngine | undefined> {
    if (host !== AUTO && !host.startsWith(UNIX)) {
      log.warn({ host }, 'DOCKER_HOST names an engine that may be on another machine: it is not used (unix:// sockets are)')
      return undefined
    }
    const socketPath = host === AUTO ? DEFAULT_SOCKET : host.slice(UNIX.length)
    if (!existsSync(socketPath)) {
      if (host !== AUTO) log.warn({ host }, 'DOCKER_HOST names a socket that does not exist: no Docker engine is used')
      return undefined
    }
    try {
      await askEngine(socketPath, '/_ping', ANSWER_MS)
    } catch (error) {
      log.warn({ socket: socketPath, error: errorText(error) }, 'a Docker engine does not answer: it is not used')
      return undefined
    }
    log.info({ socket: socketPath }, 'images that are no package directories run through the Docker engine')
    return new DockerEngine(socketPath)
  }

  /** Loaded when an image or a container is asked for: where an engine answers, most starts need it for nothing, and the client is large. */
  #docker(): Promise<Docker> {
    return (this.#client ??= import('dockerode').then(({ default: Client }) => new Client({ socketPath: this.#socketPath })))
  }

  /** The image's id and configuration; undefined when the engine does not have it. */
  async image(reference: string): Promise<Docker.ImageInspectInfo | undefined> {
    const docker = await this.#docker()
    return orMissing(docker.getImage(reference).inspect())
  }

  /** Has the engine pull an image, as somebody or as nobody. Rejects with the engine's words. */
  async pull(reference: string, credentials?: EngineCredentials): Promise<void> {
    const docker = await this.#docker()
    await finished(docker, await docker.pull(reference, credentials === undefined ? {} : { authconfig: credentials }))
  }

  /** Creates a container that carries this agent's name. */
  async create(options: ContainerCreateOptions): Promise<Container> {
    const docker = await this.#docker()
    return docker.createContainer({ ...options, Labels: { ...options.Labels, [OWNER_LABEL]: this.#owner } })
  }

  /**
   * Holds a pod's namespaces: without a network, which somebody plugs in, or with the engine's own and these ports published at `address`.
   * Resolves with the container and the process in it.
   */
  async hold(
    pod: PodName,
    hostName: string,
    published?: { readonly address: string; readonly ports: readonly number[] }
  ): Promise<Holder & { pid: number }> {
    const container = await this.create({
      name: `k8s_POD_${pod.name}_${pod.namespace}_${pod.uid}_${++this.#held}`,
      Image: await this.pauseImage(),
      Hostname: hostName,
      ...(published && { ExposedPorts: Object.fromEntries(published.ports.map((port) => [`${port}/tcp`, {}])) }),
      HostConfig: {
        IpcMode: 'shareable',
        LogConfig: { Type: 'none', Config: {} },
        ...(published === undefined
          ? { NetworkMode: 'none' }
          : {
              PortBindings: Object.fromEntries(
                published.ports.map((port) => [`${port}/tcp`, [{ HostIp: published.address, HostPort: String(port) }]])
              )
            })
      }
    })
    try {
      await container.start()
      const { State } = await container.inspect()
      return { id: container.id, pid: State.Pid, remove: () => removed(container) }
    } catch (error) {
      await removed(container)
      throw error
    }
  }

  /** The image whose only program waits for ever, made here once. */
  pauseImage(): Promise<string> {
    this.#pause ??= this.#importPause()
    this.#pause.catch(() => (this.#pause = undefined))
    return this.#pause
  }

  async #importPause(): Promise<string> {
    const name = `${PAUSE_REPOSITORY}:${PAUSE_TAG}`
    if ((await this.image(name)) !== undefined) return name
    const archive = pack()
    archive.entry({ name: 'pause', mode: 0o755 }, pauseProgram())
    archive.finalize()
    const options = { repo: PAUSE_REPOSITORY, tag: PAUSE_TAG, changes: ['ENTRYPOINT ["/pause"]'] }
    const docker = await this.#docker()
    await finished(docker, await docker.importImage(Readable.from(archive), options))
    return name
  }

  /** Removes the containers of this agent, and those of agents that are dead. Resolves with the number of the latter. */
  async removeOwn(): Promise<number> {
    const filters = encodeURIComponent(JSON.stringify({ label: [OWNER_LABEL] }))
    const listed = await askEngine(this.#socketPath, `/containers/json?all=true&filters=${filters}`, LIST_MS)
    const marked = JSON.parse(listed) as ContainerInfo[]
    if (marked.length === 0) return 0
    const docker = await this.#docker()
    const ownerOf = ({ Labels }: ContainerInfo): string => Labels[OWNER_LABEL] ?? ''
    const mine = marked.filter((one) => ownerOf(one) === this.#owner)
    const left = marked.filter((one) => {
      const [pid = '', startTime = ''] = ownerOf(one).split(' ')
      return !isAlive(Number(pid), startTime)
    })
    await Promise.all([...mine, ...left].map(({ Id }) => removed(docker.getContainer(Id))))
    return left.length
  }
}

async function finished(docker: Docker, progress: NodeJS.ReadableStream): Promise<void> {
  await new Promise<void>((resolve, reject) =>
    docker.modem.followProgress(progress, (error) => (error === null ? resolve() : reject(error)))
  )
}

/** Ends and removes a container; one that is gone, or about to be, is no error. */
export async function removed(container: Container): Promise<void> {
  try {
    await container.remove({ force: true, v: true })
  } catch (error) {
    if (![NOT_FOUND, NO_CHANGE, CONFLICT].includes(statusOf(error))) throw error
  }
}

const statusOf = (error: unknown): number => (error as { readonly statusCode?: number }).statusCode ?? 0

async function orMissing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked
  } catch (error) {
    if (statusOf(error) === NOT_FOUND) return undefined
    throw error
  }
}
