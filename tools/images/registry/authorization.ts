/** Answers a registry's challenges, and keeps the answer for the requests that follow. */
import { ImagesError } from '../failure.ts'
import { type Challenge, parseChallenge } from './challenge.ts'
import type { Credentials } from './credentials.ts'

export class Authorization {
  readonly #host: string
  readonly #credentials: Credentials | undefined
  readonly #headers = new Map<string, string>()

  constructor(host: string, credentials: Credentials | undefined) {
    this.#host = host
    this.#credentials = credentials
  }

  /** The header for requests with these rights; undefined until the registry has asked. */
  header(scopes: readonly string[]): string | undefined {
    return this.#headers.get(keyOf(scopes))
  }

  /** Answers a 401. Rejects when there is nothing to answer it with. */
  async answer(response: Response, scopes: readonly string[]): Promise<void> {
    const challenge = parseChallenge(response.headers.get('www-authenticate') ?? '')
    if (challenge === undefined) throw new ImagesError(`${this.#host} wants to know who you are in no way that registries do`)
    this.#headers.set(keyOf(scopes), challenge.scheme === 'basic' ? this.#basic() : await this.#bearer(challenge, scopes))
  }

  #basic(): string {
    if (this.#credentials?.kind !== 'password')
      throw new ImagesError(
        `${this.#host} wants a name and a password: docker login ${this.#host}, or write its config.json and set DOCKER_CONFIG`
      )
    return `Basic ${Buffer.from(`${this.#credentials.username}:${this.#credentials.password}`).toString('base64')}`
  }

  async #bearer({ realm, service }: Challenge & { scheme: 'bearer' }, scopes: readonly string[]): Promise<string> {
    const answer = await fetch(...this.#tokenRequest(realm, service, scopes))
    if (!answer.ok) {
      const advice = this.#credentials === undefined ? `docker login ${this.#host}` : 'look at the credentials in the Docker configuration'
      throw new ImagesError(`${this.#host}: ${new URL(realm).host} gives no token (status ${answer.status}): ${advice}`)
    }
    const { token, access_token: accessToken } = (await answer.json()) as { token?: string; access_token?: string }
    const found = token ?? accessToken
    if (found === undefined) throw new ImagesError(`${this.#host}: the answer of ${new URL(realm).host} has no token`)
    return `Bearer ${found}`
  }

  #tokenRequest(realm: string, service: string | undefined, scopes: readonly string[]): [URL, RequestInit] {
    const url = new URL(realm)
    if (this.#credentials?.kind === 'identity') {
      const fields = {
        grant_type: 'refresh_token',
        refresh_token: this.#credentials.token,
        client_id: 'knative-ts',
        scope: scopes.join(' ')
      }
      return [url, { method: 'POST', body: new URLSearchParams({ ...fields, ...(service === undefined ? {} : { service }) }) }]
    }
    if (service !== undefined) url.searchParams.set('service', service)
    for (const scope of scopes) url.searchParams.append('scope', scope)
    return [url, { headers: this.#credentials === undefined ? {} : { authorization: this.#basic() } }]
  }
}

const keyOf = (scopes: readonly string[]): string => scopes.toSorted().join(' ')
