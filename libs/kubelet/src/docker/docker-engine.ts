/** The Docker Engine of this machine, where there is one: images that are no package directories run through it. */
import type { Container, ContainerCreateOptions } from 'dockerode'
import type Docker from 'dockerode'
import { existsSync } from 'node:fs'
import { Readable } from 'node:stream'
import { pack } from 'tar-stream'
import type { Log } from '@knative-ts/kube'
import { pauseProgram } from './pause-program.ts'

/** Names the node agent (its mark) on everything that it makes in the engine, so that the next one finds what a killed one left. */
export const OWNER_LABEL = 'dev.knative.standalone.node'

/** An engine that does not answer within this is none. ms. */
const ANSWER_MS = 2_000
const DEFAULT_SOCKET = '/var/run/docker.sock'
const UNIX = 'unix://'
const PAUSE_REPOSITORY = 'knative-ts/pause'
const PAUSE_TAG = '1'
const NOT_FOUND = 404
const NO_CHANGE = 304
const CONFLICT = 409

/** An engine that answered. */
export class DockerEngine {
  readonly #docker: Docker
  readonly #mark: string
  #pause: Promise<string> | undefined

  private constructor(docker: Docker, mark: string) {
    this.#docker = docker
    this.#mark = mark
  }

  /**
   * The engine behind `host` (`DOCKER_HOST` as the docker client reads it; the usual socket when undefined). Undefined when there is none, when it
   * does not answer, or when it is on another machine, whose file system is not this one's: told in the log only when it was named.
   */
  static async find(host: string | undefined, mark: string, log: Log): Promise<DockerEngine | undefined> {
    if (host !== undefined && !host.startsWith(UNIX)) {
      log.warn({ host }, 'DOCKER_HOST names an engine that may be on another machine: it is not used (unix:// sockets are)')
      return undefined
    }
    const socketPath = host === undefined ? DEFAULT_SOCKET : host.slice(UNIX.length)
    if (!existsSync(socketPath)) {
      if (host !== undefined) log.warn({ host }, 'DOCKER_HOST names a socket that does not exist: no Docker engine is used')
      return undefined
    }
    // Only now: most starts have no engine, and the client is large.
    const { default: Client } = await import('dockerode')
    const docker = new Client({ socketPath })
    try {
      await within(ANSWER_MS, docker.ping())
    } catch (error) {
      log.warn({ socket: socketPath, error: (error as Error).message }, 'a Docker engine does not answer: it is not used')
      return undefined
    }
    log.info({ socket: socketPath }, 'images that are no package directories run through the Docker engine')
    return new DockerEngine(docker, mark)
  }

  /** The image's id and configuration; undefined when the engine does not have it. */
  async image(reference: string): Promise<Docker.ImageInspectInfo | undefined> {
    return orMissing(this.#docker.getImage(reference).inspect())
  }

  /** Has the engine pull an image. Rejects with the engine's words. */
  async pull(reference: string): Promise<void> {
    await this.#finished(await this.#docker.pull(reference))
  }

  async #finished(progress: NodeJS.ReadableStream): Promise<void> {
    await new Promise<void>((resolve, reject) =>
      this.#docker.modem.followProgress(progress, (error) => (error === null ? resolve() : reject(error)))
    )
  }

  /** Creates a container and starts it; it carries this agent's mark. What was created and cannot be started is removed again. */
  async start(options: ContainerCreateOptions): Promise<Container> {
    const container = await this.#docker.createContainer({ ...options, Labels: { ...options.Labels, [OWNER_LABEL]: this.#mark } })
    try {
      await container.start()
    } catch (error) {
      await removed(container)
      throw error
    }
    return container
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
    await this.#finished(await this.#docker.importImage(Readable.from(archive), options))
    return name
  }

  /** Removes every container that carries this agent's mark: what an earlier life of it left. Resolves with their number. */
  async removeAll(): Promise<number> {
    const left = await this.#docker.listContainers({ all: true, filters: { label: [`${OWNER_LABEL}=${this.#mark}`] } })
    await Promise.all(left.map(({ Id }) => removed(this.#docker.getContainer(Id))))
    return left.length
  }
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

async function within<T>(milliseconds: number, asked: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`no answer within ${milliseconds} ms`)), milliseconds)
  return Promise.race([asked, late.promise]).finally(() => clearTimeout(timer))
}
