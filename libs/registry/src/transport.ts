/** HTTP to registries: redirects, broken connections, answers that say "later". */
import type { Dispatcher } from 'undici'
import { connectionProblem, isBroken } from './connection-problem.ts'
import { type Connections, openConnections } from './connections.ts'
import type { RegistryAccess } from './registry-access.ts'
import { RegistryError } from './registry-error.ts'
import { isWorthRetrying, type Patience, retryAfterMs } from './retry.ts'
import { schemesOf } from './schemes.ts'

/** One request. `body` is a form. */
export interface Question {
  readonly method: 'GET' | 'HEAD' | 'POST'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** What came. The body must be read or dumped. `url` is where it came from, after redirects. */
export interface Answer {
  readonly url: URL
  readonly status: number
  header(name: string): string | undefined
  readonly body: Dispatcher.ResponseData['body']
}

const mostRedirects = 10
const redirects = new Set([301, 302, 303, 307, 308])

export class Transport {
  readonly #access: RegistryAccess
  readonly #patience: Patience
  #connections: Promise<Connections> | undefined

  constructor(access: RegistryAccess, patience: Patience) {
    this.#access = access
    this.#patience = patience
  }

  /**
   * Sends, follows redirects, and asks again where the connection broke or the answer says "later". Rejects with {@link RegistryError} when there is no
   * answer, and with the signal's reason when that aborts.
   */
  async ask(question: Question, signal: AbortSignal): Promise<Answer> {
    for (let attempt = 0; ; attempt++) {
      const isLast = attempt >= this.#patience.waitsMs.length
      let waitMs = this.#patience.waitsMs[attempt] ?? 0
      try {
        const answer = await this.#follow(question, signal)
        if (isLast || !isWorthRetrying(answer.status)) return answer
        waitMs = Math.max(waitMs, retryAfterMs(answer.header('retry-after')))
        await answer.body.dump()
      } catch (error) {
        signal.throwIfAborted()
        if (error instanceof RegistryError) throw error
        if (isLast || !isBroken(error)) throw connectionProblem(question.method, question.url, error)
      }
      await this.#patience.wait(waitMs, signal)
    }
  }

  /** Ends the connections. */
  async close(): Promise<void> {
    await (await this.#connections)?.close()
  }

  async #follow(question: Question, signal: AbortSignal): Promise<Answer> {
    let { url, headers } = question
    for (let turn = 0; turn <= mostRedirects; turn++) {
      const answer = await this.#send({ ...question, url, headers }, signal)
      const location = answer.header('location')
      if (!redirects.has(answer.status) || location === undefined || question.method === 'POST') return answer
      await answer.body.dump()
      if (!URL.canParse(location, url.href))
        throw new RegistryError('invalid', `${url.host} leads on to "${location}", which is no address`)
      const next = new URL(location, url)
      if (next.protocol !== 'https:' && !(next.protocol === 'http:' && schemesOf(next.host).includes('http')))
        throw new RegistryError('invalid', `${url.host} leads on to ${next.protocol}//${next.host}, which is not protected by TLS`)
      if (next.origin !== url.origin) {
        // Another machine: it must not see who asks.
        headers = Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'authorization'))
      }
      url = next
    }
    throw new RegistryError('invalid', `${question.url.host} leads on from one address to the next without end`)
  }

  async #send({ method, url, headers, body }: Question, signal: AbortSignal): Promise<Answer> {
    const { dispatcherFor, request } = await this.#open()
    try {
      const {
        statusCode,
        headers: got,
        body: content
      } = await request(url, {
        dispatcher: dispatcherFor(url),
        method,
        headers,
        signal,
        ...(body === undefined ? {} : { body })
      })
      return {
        url,
        status: statusCode,
        header(name) {
          const value = got[name]
          return Array.isArray(value) ? value.join(', ') : value
        },
        body: content
      }
    } catch (error) {
      signal.throwIfAborted()
      if (isBroken(error)) throw error
      throw connectionProblem(method, url, error)
    }
  }

  #open(): Promise<Connections> {
    return (this.#connections ??= openConnections(this.#access))
  }
}
