import { createHash } from 'node:crypto'
import { bytesOf } from './answer-body.ts'
import type { Authorization } from './authorization.ts'
import { type BegunBlob, type ReadBlob, verifiedBlob } from './blob.ts'
import { connectionProblem } from './connection-problem.ts'
import { hostOf, type Scheme } from './schemes.ts'
import { type ImageReference, repositoryOf } from './image-reference.ts'
import { type Descriptor, digestPattern, manifestTypes } from './manifest.ts'
import { refusal, refusalsIn, statusWords } from './refusal.ts'
import { RegistryError } from './registry-error.ts'
import type { Patience } from './retry.ts'
import type { Answer, Transport } from './transport.ts'
import { unauthorized } from './unauthorized.ts'

/** What a repository is asked with. */
export interface RepositoryAccess {
  readonly transport: Transport
  readonly patience: Patience
  readonly userAgent: string
  /** Why credentials that were named are not among the authorizations. */
  readonly problems: readonly string[]
  /** Tried in this order; at least one. */
  readonly authorizations: readonly Authorization[]
  readonly schemes: readonly Scheme[]
  /** A scheme has been answered in. */
  onScheme(scheme: Scheme): void
}

/** A manifest or index, whose bytes have the digest. */
export interface FetchedManifest {
  readonly digest: string
  readonly mediaType: string
  readonly bytes: Buffer
}

type Method = 'GET' | 'HEAD'

/** One repository of a registry. All methods reject with {@link RegistryError}, and with the signal's reason when that aborts. */
export class Repository {
  readonly #reference: ImageReference
  readonly #access: RepositoryAccess
  readonly #host: string
  readonly #path: string
  readonly #scope: string
  #schemes: readonly Scheme[]
  /** The first authorization that was let in is used from then on. */
  #authorizations: readonly Authorization[]

  constructor(reference: ImageReference, access: RepositoryAccess) {
    this.#reference = reference
    this.#access = access
    this.#host = hostOf(reference.registry)
    this.#path = repositoryOf(reference).slice(reference.registry.length + 1)
    this.#scope = `repository:${this.#path}:pull`
    this.#schemes = access.schemes
    this.#authorizations = access.authorizations
  }

  /** The digest of what the reference names. */
  async digest(signal: AbortSignal): Promise<string> {
    if (this.#reference.digest !== undefined) return this.#reference.digest
    const answer = await this.#manifestAnswer('HEAD', signal)
    await answer.body.dump()
    const digest = answer.header('docker-content-digest') ?? ''
    // Registries may leave the header out: the digest is the hash of the manifest's bytes.
    return answer.status === 200 && digestPattern.test(digest) ? digest : (await this.manifest(signal)).digest
  }

  /** The manifest or index of a digest, or of what the reference names. */
  async manifest(signal: AbortSignal, digest: string | undefined = this.#reference.digest): Promise<FetchedManifest> {
    const answer = await this.#manifestAnswer('GET', signal, digest)
    const bytes = await bytesOf(answer).catch((error: unknown) => {
      signal.throwIfAborted()
      throw error instanceof RegistryError ? error : connectionProblem('GET', answer.url, error)
    })
    const found = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
    const expected = digest ?? answer.header('docker-content-digest') ?? found
    if (expected !== found)
      throw new RegistryError(
        'invalid',
        `the manifest that ${this.#host} has for ${this.#name(digest)} should be ${expected} and is ${found}`
      )
    return { digest: found, mediaType: mediaTypeOf(answer, bytes), bytes }
  }

  /**
   * The bytes of a blob, compared with its size and digest at the end. A connection that breaks is taken up again where it broke; `begun` is what is there
   * already.
   */
  blob(blob: Pick<Descriptor, 'digest' | 'size'>, signal: AbortSignal, begun?: BegunBlob): AsyncGenerator<Buffer> {
    const read: ReadBlob = (from) => this.#ask('GET', `blobs/${blob.digest}`, from === 0 ? {} : { range: `bytes=${from}-` }, signal)
    return verifiedBlob({ ...blob, where: `${this.#host}/${this.#path}` }, read, this.#access.patience, signal, begun)
  }

  async #manifestAnswer(method: Method, signal: AbortSignal, digest?: string): Promise<Answer> {
    const path = `manifests/${digest ?? this.#reference.tag ?? 'latest'}`
    const answer = await this.#ask(method, path, { accept: manifestTypes.join(', ') }, signal)
    // Not every registry answers HEAD.
    if (answer.status === 200 || (method === 'HEAD' && answer.status === 405)) return answer
    if (answer.status !== 404) throw await refusal(answer, method, `look at the registry ${this.#host}`)
    // Only GET says what is not there.
    const said = method === 'GET' ? answer : await this.#ask('GET', path, { accept: manifestTypes.join(', ') }, signal)
    if (said !== answer) await answer.body.dump()
    const refusals = await refusalsIn(said)
    const what = refusals.some(({ code }) => code === 'NAME_UNKNOWN')
      ? `the registry ${this.#host} has no repository ${this.#path}: look at the name of the image`
      : `the registry ${this.#host} has no ${this.#name(digest)}: look at the name of the image, or push it`
    throw new RegistryError('unknown', `${statusWords(method, answer, refusals)}; ${what}`, { status: 404 })
  }

  #name(digest: string | undefined): string {
    return digest === undefined
      ? `tag "${this.#reference.tag ?? 'latest'}" of ${this.#path}`
      : `image ${digest.slice(0, 'sha256:'.length + 12)}... in ${this.#path}`
  }

  /** Asks as each of those who may be let in, until one is. */
  async #ask(method: Method, path: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Answer> {
    let refused: { readonly answer: Answer; readonly words: string } | undefined
    for (const authorization of this.#authorizations) {
      const answer = await this.#askAs(authorization, method, path, headers, signal)
      if (answer.status !== 401 && answer.status !== 403) {
        this.#authorizations = [authorization]
        return answer
      }
      refused = { answer, words: statusWords(method, answer, await refusalsIn(answer)) }
    }
    const { answer, words } = refused as NonNullable<typeof refused>
    const tried = this.#authorizations.flatMap(({ credentials }) => credentials?.origin ?? [])
    const advice = unauthorized(this.#host, this.#path, tried, this.#access.problems)
    throw new RegistryError('unauthorized', `${words}; ${advice}`, { status: answer.status })
  }

  async #askAs(
    authorization: Authorization,
    method: Method,
    path: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal
  ): Promise<Answer> {
    const { userAgent } = this.#access
    const send = (header: string | undefined): Promise<Answer> => {
      const all = { ...headers, 'accept-encoding': 'identity', 'user-agent': userAgent }
      return this.#inScheme(method, path, header === undefined ? all : { ...all, authorization: header }, signal)
    }
    const first = await send(authorization.header(this.#scope))
    if (first.status !== 401) return first
    authorization.drop(this.#scope)
    const challenge = first.header('www-authenticate') ?? ''
    const header = await authorization.answer(challenge, this.#scope, first.url, userAgent, signal)
    if (header === undefined) return first
    await first.body.dump()
    return send(header)
  }

  async #inScheme(method: Method, path: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Answer> {
    for (const [index, scheme] of this.#schemes.entries()) {
      const url = new URL(`${scheme}://${this.#host}/v2/${this.#path}/${path}`)
      try {
        const answer = await this.#access.transport.ask({ method, url, headers }, signal)
        this.#schemes = [scheme]
        this.#access.onScheme(scheme)
        return answer
      } catch (error) {
        // Without TLS only where there is none: a certificate that is not trusted is no reason.
        const mayFallBack = error instanceof RegistryError && (error.problem === 'unreachable' || /does not speak TLS/.test(error.message))
        if (index === this.#schemes.length - 1 || !mayFallBack) throw error
      }
    }
    throw new Error('a repository is opened with at least one scheme')
  }
}

/** What the bytes say comes first: the header of some registries is too general. */
function mediaTypeOf(answer: Answer, bytes: Buffer): string {
  try {
    const { mediaType } = JSON.parse(bytes.toString('utf8')) as { mediaType?: unknown }
    if (typeof mediaType === 'string') return mediaType
  } catch {
    throw new RegistryError('invalid', `${answer.url.host} has a manifest that is not JSON`)
  }
  return (answer.header('content-type') ?? '').replace(/;.*/, '').trim()
}
