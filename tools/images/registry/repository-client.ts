/** The part of the OCI distribution protocol (distribution-spec 1.1) that pushing and taking a base image need. */
import { openAsBlob } from 'node:fs'
import { errorText } from '@knative-ts/kube'
import { type Descriptor, mediaTypes } from '@knative-ts/kubelet'
import type { Blob } from '../cache.ts'
import { ImagesError } from '../failure.ts'
import type { Authorization } from './authorization.ts'

interface Question {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: RequestInit['body']
  /** Other repositories that are read. */
  readonly alsoPull?: readonly string[]
}

const manifestTypes = [mediaTypes.index, mediaTypes.manifest, mediaTypes.dockerList, 'application/vnd.docker.distribution.manifest.v2+json']

/** One repository of a registry. */
export class RepositoryClient {
  readonly #host: string
  readonly #root: string
  readonly #path: string
  readonly #actions: 'pull' | 'pull,push'
  readonly #authorization: Authorization

  /** `host` with its port where it has one; `plain` speaks HTTP without TLS. */
  constructor(host: string, path: string, authorization: Authorization, { plain = false, push = false } = {}) {
    this.#host = host
    this.#root = `${plain ? 'http' : 'https'}://${host === 'docker.io' ? 'registry-1.docker.io' : host}`
    this.#path = path
    this.#actions = push ? 'pull,push' : 'pull'
    this.#authorization = authorization
  }

  /** The bytes of a manifest or index by tag or digest. */
  async manifest(reference: string): Promise<{ readonly mediaType: string; readonly bytes: Buffer }> {
    const answer = await this.#ask(`/manifests/${reference}`, { headers: { accept: manifestTypes.join(', ') } }, [200])
    return { mediaType: (answer.headers.get('content-type') ?? '').replace(/;.*/, ''), bytes: Buffer.from(await answer.arrayBuffer()) }
  }

  async blob(digest: string): Promise<ReadableStream<Uint8Array>> {
    const answer = await this.#ask(`/blobs/${digest}`, {}, [200])
    if (answer.body === null) throw new ImagesError(`${this.#host} sends nothing for ${digest}`)
    return answer.body as ReadableStream<Uint8Array>
  }

  /** Puts a blob there unless it is; `from` is a repository of the same registry that has it. Says whether bytes were sent. */
  async putBlob({ digest }: Blob, file: string, from?: string): Promise<boolean> {
    const there = await this.#ask(`/blobs/${digest}`, { method: 'HEAD' }, [200, 404])
    if (there.status === 200) return false
    const mount = from === undefined ? '' : `?${new URLSearchParams({ mount: digest, from })}`
    const begun = await this.#ask(
      `/blobs/uploads/${mount}`,
      { method: 'POST', ...(from === undefined ? {} : { alsoPull: [from] }) },
      [201, 202]
    )
    if (begun.status === 201) return false
    const location = begun.headers.get('location')
    if (location === null) throw new ImagesError(`${this.#host} does not say where to send a blob`)
    const target = new URL(location, this.#root)
    target.searchParams.set('digest', digest)
    await this.#ask(target, { method: 'PUT', body: await openAsBlob(file), headers: { 'content-type': 'application/octet-stream' } }, [201])
    return true
  }

  async putManifest({ mediaType }: Descriptor, reference: string, bytes: Buffer): Promise<void> {
    await this.#ask(
      `/manifests/${reference}`,
      { method: 'PUT', body: new Uint8Array(bytes), headers: { 'content-type': mediaType } },
      [201]
    )
  }

  async #ask(where: string | URL, question: Question, expected: readonly number[]): Promise<Response> {
    const { method = 'GET', headers = {}, body, alsoPull = [] } = question
    const scopes = [`repository:${this.#path}:${this.#actions}`, ...alsoPull.map((path) => `repository:${path}:pull`)]
    const url = typeof where === 'string' ? `${this.#root}/v2/${this.#path}${where}` : where
    const send = async (): Promise<Response> => {
      const authorization = this.#authorization.header(scopes)
      const all = { ...headers, ...(authorization === undefined ? {} : { authorization }) }
      return fetch(url, { method, headers: all, ...(body === undefined ? {} : { body }) }).catch((error: unknown) => {
        throw new ImagesError(`${this.#host} cannot be reached: ${errorText(error instanceof Error ? (error.cause ?? error) : error)}`)
      })
    }
    let answer = await send()
    if (answer.status === 401) {
      await answer.body?.cancel()
      await this.#authorization.answer(answer, scopes)
      answer = await send()
    }
    if (expected.includes(answer.status)) return answer
    if (answer.status === 401)
      throw new ImagesError(`${this.#host} does not take the name and password of the Docker configuration: docker login ${this.#host}`)
    throw new ImagesError(`${method} ${this.#host}/${this.#path}: status ${answer.status}${await reasonOf(answer)}`)
  }
}

/** Registries say why in a list of errors. */
async function reasonOf(answer: Response): Promise<string> {
  const said = (await answer.text()).slice(0, 2000)
  try {
    const { errors } = JSON.parse(said) as { errors?: readonly { code?: string; message?: string }[] }
    return `: ${errors?.map(({ code, message }) => `${code ?? ''} ${message ?? ''}`.trim()).join('; ') ?? said}`
  } catch {
    // Not every proxy in front of one speaks JSON.
    return said === '' ? '' : `: ${said}`
  }
}
